// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/uri.h"

#include <gtest/gtest.h>

#include <array>

namespace faultline {
namespace {

TEST(HostPort, ParsesNamesAndAddresses) {
  struct Case {
    std::string_view text;
    std::string_view host;
    uint16_t port;
    std::string_view formatted;
  };
  constexpr std::array kCases{Case{"127.0.0.1:8080", "127.0.0.1", 8080, "127.0.0.1:8080"},
                              Case{"localhost:0", "localhost", 0, "localhost:0"},
                              Case{":8080", "127.0.0.1", 8080, "127.0.0.1:8080"},
                              Case{"[::1]:65535", "::1", 65535, "[::1]:65535"},
                              Case{"my_host-1.svc:1", "my_host-1.svc", 1, "my_host-1.svc:1"}};
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    const auto got = parse_host_port(c.text);
    ASSERT_TRUE(got.has_value()) << got.error().message;
    EXPECT_EQ(got->host, c.host);
    EXPECT_EQ(got->port, c.port);
    EXPECT_EQ(format_host_port(*got), c.formatted);
  }
}

TEST(HostPort, SaysWhyItRefuses) {
  struct Case {
    std::string_view text;
    std::string_view why;
  };
  constexpr std::array kCases{
      Case{"", "'' has no valid host"},
      Case{"localhost", "'localhost' has no port (write host:port)"},
      Case{"localhost:", "'localhost:' has no port (write host:port)"},
      Case{"localhost:65536", "'localhost:65536' has no valid port (0 to 65535)"},
      Case{"localhost:80a", "'localhost:80a' has no valid port (0 to 65535)"},
      Case{"::1:80", "'::1:80' needs brackets around the IPv6 address"},
      Case{"[::1", "'[::1' lacks the closing ']'"},
      Case{"[zz]:80", "'[zz]:80' is not an IPv6 address"},
      Case{"[::1]80", "'[::1]80' has no port (write host:port)"},
      Case{"a b:80", "'a b:80' has no valid host"},
      Case{"a/b:80", "'a/b:80' has no valid host"}};
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    const auto got = parse_host_port(c.text);
    ASSERT_FALSE(got.has_value());
    EXPECT_EQ(got.error().message, c.why);
    EXPECT_EQ(got.error().source, ErrorSource::Input);
  }
}

TEST(Upstream, ParsesSchemesAndDefaults) {
  struct Case {
    std::string_view text;
    std::string_view scheme;
    std::string_view address;
  };
  constexpr std::array kCases{
      Case{"http://cart:8080", "http", "cart:8080"}, Case{"http://cart", "http", "cart:80"},
      Case{"HTTP://cart/", "http", "cart:80"},       Case{"http://[::1]", "http", "[::1]:80"},
      Case{"tcp://db:5432", "tcp", "db:5432"},       Case{"db:5432", "tcp", "db:5432"}};
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    const auto got = parse_upstream(c.text);
    ASSERT_TRUE(got.has_value()) << got.error().message;
    EXPECT_EQ(got->scheme, c.scheme);
    EXPECT_EQ(format_host_port(got->address), c.address);
  }
}

TEST(Upstream, RefusesWhatItCannotConnectTo) {
  struct Case {
    std::string_view text;
    std::string_view why;
  };
  constexpr std::array kCases{
      Case{"https://x", "'https://x' has a scheme that is not supported (http, tcp)"},
      Case{"http://u@x:1", "'http://u@x:1' must be scheme://host:port without user, path or query"},
      Case{"http://x/a", "'http://x/a' must be scheme://host:port without user, path or query"},
      Case{"http://x?a", "'http://x?a' must be scheme://host:port without user, path or query"},
      Case{"http://", "'http://' has no host"},
      Case{"http://:80", "'http://:80' has no host"},
      Case{"tcp://x", "'x' has no port (write host:port)"},
      Case{"http://x:0", "'http://x:0' has port 0, which nobody can connect to"}};
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    const auto got = parse_upstream(c.text);
    ASSERT_FALSE(got.has_value());
    EXPECT_EQ(got.error().message, c.why);
  }
}

TEST(SplitTarget, KnowsTheFormsOfATarget) {
  struct Case {
    std::string_view target;
    std::string_view authority;
    std::string_view path;
    std::string_view query;
    bool has_query;
  };
  constexpr std::array kCases{Case{"/", "", "/", "", false},
                              Case{"/a/b?x=1&y", "", "/a/b", "x=1&y", true},
                              Case{"/a?", "", "/a", "", true},
                              Case{"/a?b?c", "", "/a", "b?c", true},
                              Case{"/r?u=http://x/y", "", "/r", "u=http://x/y", true},
                              Case{"http://h:1/a?q", "h:1", "/a", "q", true},
                              Case{"http://h", "h", "/", "", false},
                              Case{"http://h?q", "h", "/", "q", true},
                              Case{"*", "", "*", "", false},
                              Case{"h:443", "", "h:443", "", false},
                              Case{"", "", "/", "", false}};
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.target);
    const auto got = split_target(c.target);
    EXPECT_EQ(got.authority, c.authority);
    EXPECT_EQ(got.path, c.path);
    EXPECT_EQ(got.query, c.query);
    EXPECT_EQ(got.has_query, c.has_query);
  }
}

TEST(Hosts, OfTheLoopbackAreKnownByTheirText) {
  for (const std::string_view host :
       {"127.0.0.1", "127.255.3.4", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.2", "LocalHost"}) {
    EXPECT_TRUE(is_loopback_host(host)) << host;
  }
  for (const std::string_view host :
       {"128.0.0.1", "0.0.0.0", "127.1", "127.0.0.1.evil", "127.0.0.1%eth0", "::", "::2",
        "::ffff:10.0.0.1", "fe80::1%lo", "localhost.", "my.localhost", ""}) {
    EXPECT_FALSE(is_loopback_host(host)) << host;
  }
}

}  // namespace
}  // namespace faultline

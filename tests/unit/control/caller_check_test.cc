// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/control/caller_check.h"

#include <gtest/gtest.h>

#include <array>

namespace faultline::control {
namespace {

struct Case {
  std::string_view target;
  std::string_view host;    // "-": no such field
  std::string_view origin;  // "-": no such field
  bool is_allowed_on_loopback;
  bool is_allowed_anywhere;
};

http::RequestHead head_of(const Case& c) {
  http::RequestHead head;
  head.method = "GET";
  head.target = c.target;
  if (c.host != "-") head.fields.append("hOST", c.host);
  if (c.origin != "-") head.fields.append("origin", c.origin);
  return head;
}

constexpr std::array kCases{
    // Host.
    Case{"/", "127.0.0.1:9900", "-", true, true},
    Case{"/", "127.0.0.1", "-", true, true},
    Case{"/", "LOCALHOST:1", "-", true, true},
    Case{"/", "[::1]:9900", "-", true, true},
    Case{"/", "10.1.2.3:9900", "-", false, true},
    Case{"/", "[2001:db8::1]", "-", false, true},
    Case{"/", "-", "-", false, false},
    Case{"/", "", "-", false, false},
    Case{"/", "rebound.example:9900", "-", false, false},
    Case{"/", "127.0.0.1.rebound.example", "-", false, false},
    Case{"/", "localhost.rebound.example", "-", false, false},
    Case{"/", "0x7f.1", "-", false, false},
    Case{"/", "127.0.0.1:port", "-", false, false},
    Case{"/", "127.0.0.1:999999", "-", false, false},
    Case{"/", "[127.0.0.1]", "-", false, false},
    Case{"/", "[::1", "-", false, false},
    Case{"/", "[::1]x", "-", false, false},
    Case{"/", "::1", "-", false, false},
    // A target in absolute form.
    Case{"http://127.0.0.1:9900/", "127.0.0.1:9900", "-", true, true},
    Case{"http://rebound.example/", "127.0.0.1:9900", "-", false, false},
    // Origin.
    Case{"/", "127.0.0.1:9900", "http://127.0.0.1:9900", true, true},
    Case{"/", "LocalHost:9900", "HTTP://localhost:9900", true, true},
    Case{"/", "127.0.0.1:9900", "http://127.0.0.1:8080", false, false},
    Case{"/", "127.0.0.1:9900", "http://localhost:9900", false, false},
    Case{"/", "127.0.0.1:9900", "https://127.0.0.1:9900", false, false},
    Case{"/", "127.0.0.1:9900", "http://127.0.0.1:99000", false, false},
    Case{"/", "127.0.0.1:9900", "https://evil.example", false, false},
    Case{"/", "127.0.0.1:9900", "null", false, false},
    Case{"/", "127.0.0.1:9900", "", false, false},
};

TEST(CallerCheck, LetsInOnlyWhatNoForeignPageCanSend) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(std::string(c.target) + " host " + std::string(c.host) + " origin " +
                 std::string(c.origin));
    const auto head = head_of(c);

    EXPECT_EQ(!check_caller(head, Reach::Loopback), c.is_allowed_on_loopback);
    EXPECT_EQ(!check_caller(head, Reach::Anywhere), c.is_allowed_anywhere);
  }
}

TEST(CallerCheck, RefusesWith403AndAWordThatHoldsNothingOfTheRequest) {
  const Case rebound{"/", "rebound.example", "-", false, false};
  const Case foreign{"/", "localhost", "http://evil.example", false, false};

  const auto host = check_caller(head_of(rebound), Reach::Loopback);
  const auto origin = check_caller(head_of(foreign), Reach::Loopback);

  ASSERT_TRUE(host && origin);
  EXPECT_EQ(host->status, 403);
  EXPECT_NE(host->body.find("\"host_not_allowed\""), std::string::npos);
  EXPECT_EQ(host->body.find("rebound"), std::string::npos);
  EXPECT_EQ(origin->status, 403);
  EXPECT_NE(origin->body.find("\"origin_not_allowed\""), std::string::npos);
}

TEST(CallerCheck, LooksAtEveryOriginField) {
  http::RequestHead head;
  head.target = "/";
  head.fields.append("Host", "localhost");
  head.fields.append("Origin", "http://localhost");
  EXPECT_FALSE(check_caller(head, Reach::Loopback));

  head.fields.append("Origin", "http://evil.example");

  EXPECT_TRUE(check_caller(head, Reach::Loopback));
}

}  // namespace
}  // namespace faultline::control

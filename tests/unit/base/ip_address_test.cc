// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/ip_address.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace faultline {
namespace {

TEST(IpAddress, ReadsAndWritesTheCanonicalForms) {
  const std::pair<const char*, const char*> cases[] = {
      {"127.0.0.1", "127.0.0.1"},
      {"0.0.0.0", "0.0.0.0"},
      {"255.255.255.255", "255.255.255.255"},
      {"::", "::"},
      {"::1", "::1"},
      {"1::", "1::"},
      {"2001:DB8::8:800:200C:417A", "2001:db8::8:800:200c:417a"},
      {"2001:0db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},    // of two runs the first
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},  // one zero group is no run
      {"1:0:0:2:0:0:0:3", "1:0:0:2::3"},                 // the longest run
      {"::ffff:192.0.2.1", "192.0.2.1"},                 // mapped
      {"::ffff:c000:0201", "192.0.2.1"},
      {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
      {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
      {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
  };
  for (const auto& [text, want] : cases) {
    const auto address = IpAddress::parse(text);
    ASSERT_TRUE(address.has_value()) << text;
    EXPECT_EQ(address->text(), want);
  }
}

TEST(IpAddress, RefusesEverythingElse) {
  for (const char* text : {"",
                           "1",
                           "1.2.3",
                           "1.2.3.4.5",
                           "1.2.3.256",
                           "01.2.3.4",
                           "1.2.3.04",
                           "1.2.3.",
                           ".1.2.3",
                           "1.2.3.4 ",
                           "+1.2.3.4",
                           "1.2.3.-4",
                           "1.2.3.4/8",
                           ":",
                           ":::",
                           "1:::2",
                           "1::2::3",
                           ":1:2:3",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "1:2:3:4:5:6:7:8::",
                           "12345::",
                           "g::",
                           "[::1]",
                           "fe80::1%eth0",
                           "1.2.3.4::",
                           "::1.2.3.4.5",
                           "::1.2.3",
                           "1:2:3:4:5:6:7:1.2.3.4",
                           "::-1"}) {
    EXPECT_FALSE(IpAddress::parse(text).has_value()) << text;
  }
}

TEST(IpNetwork, ContainsWhatSharesItsBits) {
  struct Case {
    const char* network;
    const char* address;
    bool contains;
  };
  const Case cases[] = {
      {"10.0.0.0/8", "10.255.0.1", true},
      {"10.0.0.0/8", "11.0.0.0", false},
      {"10.128.0.0/9", "10.129.0.0", true},
      {"10.128.0.0/9", "10.127.255.255", false},
      {"192.0.2.1", "192.0.2.1", true},
      {"192.0.2.1", "192.0.2.2", false},
      {"0.0.0.0/0", "203.0.113.9", true},
      {"0.0.0.0/0", "::1", false},
      {"::/0", "2001:db8::1", true},
      {"2001:db8::/33", "2001:db8:7fff::", true},
      {"2001:db8::/33", "2001:db8:8000::", false},
      {"127.0.0.0/8", "::ffff:127.0.0.1", true},
  };
  for (const auto& [network, address, contains] : cases) {
    const auto parsed = IpNetwork::parse(network);
    ASSERT_TRUE(parsed.has_value()) << network;
    EXPECT_EQ(parsed->contains(*IpAddress::parse(address)), contains) << network << " " << address;
    EXPECT_EQ(parsed->text(), network);
  }
}

TEST(IpNetwork, RefusesBitsThatAreNotThere) {
  for (const char* text : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.1.0.0/8",
                           "10.0.0.0/+8", "10.0.0.0/8/8", "x/8", "10.0.0.0/0008"}) {
    EXPECT_FALSE(IpNetwork::parse(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace faultline

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/format.h"

#include "contracts/json_schema/uri_reference.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace faultline::contracts::json_schema {
namespace {

TEST(Format, HoldsTextsToTheirGrammar) {
  struct Case {
    Format format;
    std::string_view text;
    bool holds;
  };
  const std::vector<Case> cases = {
      {Format::DateTime, "2016-12-31T23:59:60Z", true},
      {Format::DateTime, "2017-01-01T08:59:60+09:00", true},  // the same second in Tokyo
      {Format::DateTime, "2016-12-31T22:59:60Z", false},
      {Format::DateTime, "2016-12-31t23:00:00z", true},
      {Format::DateTime, "2016-12-31 23:00:00Z", false},
      {Format::Date, "2024-02-29", true},
      {Format::Date, "2100-02-29", false},
      {Format::Time, "23:59:59.123456789-00:00", true},
      {Format::Time, "24:00:00Z", false},
      {Format::Time, "12:00:00", false},
      {Format::Duration, "P1Y2M3DT4H5M6S", true},
      {Format::Duration, "P4W", true},
      {Format::Duration, "P1Y3D", false},  // months may not be left out
      {Format::Duration, "PT1H3S", false},
      {Format::Duration, "P1DT", false},
      {Format::Duration, "P", false},
      {Format::Email, "\"a b@c\"@example.com", true},
      {Format::Email, "a..b@example.com", false},
      {Format::Email, "a@[IPv6:::1]", true},
      {Format::Email, "\xC3\xA9@example.com", false},
      {Format::IdnEmail, "\xC3\xA9@example.com", true},
      {Format::Hostname, "a--b.example", true},
      {Format::Hostname, "ab--c.example", false},  // reserved, and no A-label
      {Format::Hostname, "xn--bcher-kva.example", true},
      {Format::Hostname, "-a", false},
      {Format::PlainHostname, "ab--c", true},
      {Format::IdnHostname,
       "b\xC3\xBC"
       "cher.example",
       true},
      {Format::IdnHostname,
       "B\xC3\x9C"
       "cher.example",
       false},  // capitals are not U-labels
      {Format::Ipv4, "1.2.3.04", false},
      {Format::Ipv6, "::ffff:1.2.3.4", true},
      {Format::Ipv6, "1::2::3", false},
      {Format::Ipv6, "fe80::1%eth0", false},
      {Format::Uri, "http://[::1]:80/a?b#c", true},
      {Format::Uri, "//example.com", false},
      {Format::Uri, "http://a/%zz", false},
      {Format::UriReference, "../a:b", true},
      {Format::UriReference, "1a:b", false},  // a colon in the first segment
      {Format::Iri, "http://\xC3\xA9.example/\xE2\x82\xAC", true},
      {Format::Uri, "http://\xC3\xA9.example/", false},
      {Format::UriTemplate, "/a{?b,c*,d:3}", true},
      {Format::UriTemplate, "/a{b:0}", false},
      {Format::UriTemplate, "/a{", false},
      {Format::Uuid, "2EB8AA08-aa98-11ea-b4aa-73b441d16380", true},
      {Format::Uuid, "2eb8aa08aa98-11ea-b4aa-73b441d16380-", false},
      {Format::JsonPointer, "/a~1b/~0", true},
      {Format::JsonPointer, "/a~2", false},
      {Format::RelativeJsonPointer, "1/a", true},
      {Format::RelativeJsonPointer, "01/a", false},
      {Format::RelativeJsonPointer, "0#", true},
      {Format::Regex, "^(?<a>x)(?=y)\\k<a>\\p{L}{2,3}?[^\\d\\-]$", true},
      {Format::Regex, "\\Z", false},
      {Format::Regex, "a{3,2}", false},
      {Format::Regex, "[b-a]", false},
      {Format::Regex, "(a)\\2", false},
      {Format::Regex, "(?<=a)+", false},
      {Format::Regex, "\\u{110000}", false},
      {Format::Byte, "YQ==", true},
      {Format::Byte, "YQ=", false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(text_has_format(c.format, c.text), c.holds)
        << static_cast<int>(c.format) << " of " << c.text;
  }
}

TEST(Format, BelongsToDialects) {
  EXPECT_EQ(format_of("int32", Dialect::OpenApi31), Format::Int32);
  EXPECT_EQ(format_of("int32", Dialect::Draft2020), Format::None);
  EXPECT_EQ(format_of("hostname", Dialect::Draft6), Format::PlainHostname);
  EXPECT_EQ(format_of("hostname", Dialect::Draft7), Format::Hostname);
  EXPECT_EQ(format_of("phone-number", Dialect::Draft2020), Format::None);
}

TEST(UriReference, IsTakenAgainstItsBase) {
  struct Case {
    std::string_view reference;
    std::string_view result;
  };
  // RFC 3986 sections 5.4.1 and 5.4.2.
  const std::vector<Case> cases = {
      {"g:h", "g:h"},
      {"g", "http://a/b/c/g"},
      {"./g/", "http://a/b/c/g/"},
      {"/g", "http://a/g"},
      {"//g", "http://g"},
      {"?y", "http://a/b/c/d;p?y"},
      {"g?y#s", "http://a/b/c/g?y#s"},
      {"#s", "http://a/b/c/d;p?q#s"},
      {"", "http://a/b/c/d;p?q"},
      {"..", "http://a/b/"},
      {"../../g", "http://a/g"},
      {"../../../g", "http://a/g"},
      {"/../g", "http://a/g"},
      {"g/../h", "http://a/b/c/h"},
      {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
      {"g?y/../x", "http://a/b/c/g?y/../x"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(resolve_uri("http://a/b/c/d;p?q", c.reference), c.result) << c.reference;
  }
  EXPECT_EQ(resolve_uri("", "item.json"), "item.json");
  EXPECT_EQ(resolve_uri("dir/schema.json", "item.json#/a"), "dir/item.json#/a");
  EXPECT_EQ(resolve_uri("urn:uuid:1", "#/a"), "urn:uuid:1#/a");
}

}  // namespace
}  // namespace faultline::contracts::json_schema

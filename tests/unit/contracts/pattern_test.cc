// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/pattern.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace faultline::contracts::json_schema {
namespace {

TEST(Pattern, MatchesAsEcma262Says) {
  struct Case {
    std::string_view pattern;
    std::string_view text;
    bool matches;
  };
  using std::string_view_literals::operator""sv;
  const std::vector<Case> cases = {
      {"b", "abc", true},
      {"^b", "abc", false},
      {"^a$", "a\n", false},
      {"^a$", "b\na", false},
      {"^.$", "\xC3\xA9", true},
      {"^.$", "\n", false},
      {"^.$", "\xE2\x80\xA8", false},
      {"^\\w$", "\xC3\xA9", false},
      {"^\\D$", "\xD9\xA1", true},
      {"^\\s$", "\xC2\xA0", true},
      {"^\\s$", "\xEF\xBB\xBF", true},
      {"^\\s$", "\v", true},
      {"^\\S$", "\xC2\xA0", false},
      {"^[\\S]$", "\xC2\xA0", false},
      {"^[^\\s]$", "\xE3\x80\x80", false},
      {"^[\\s\\S]$", "\n", true},
      {"^[^]$", "\n", true},
      {"[]", "a", false},
      {"^[[]$", "[", true},
      {"^[a\\-z]$", "-", true},
      {"^[a\\-z]$", "b", false},
      {"^[\\b]$", "\b", true},
      {"\\bx\\b", "a x b", true},
      {"^\\u0041$", "A", true},
      {"^\\u{1F600}$", "\xF0\x9F\x98\x80", true},
      {"^\\uD83D\\uDE00$", "\xF0\x9F\x98\x80", true},
      {"^\\x41\\cJ$", "A\n", true},
      {"^\\0$", "\0"sv, true},
      {"^\\/\\-\\_\\#$", "/-_#", true},
      {"^\\A$", "A", true},
      {"^\\\xC3\xA9$", "\xC3\xA9", true},
      {"^(?<year>[0-9]{4})$", "2026", true},
      {"^(?:a|b)+?$", "ab", true},
      {"^\\p{L}+$", "\xC3\xA9", true},
      {"^\\p{Lu}\\P{Lu}$", "Aa", true},
      {"^\\p{Script=Greek}$", "\xCE\xB1", true},
      {"^\\p{General_Category=Decimal_Number}$", "7", true},
      {"^.{2,70000}$", "ab", true},
      {"^.{2,70000}$", "a", false},
      {"^.{2}$", "abc", false},
      {"^.{2,}$", "abc", true},
      {"^.*$", "", true},
      {"^.+$", "", false},
      {"^.+$", "a\nb", false},
      {"a{,2}", "a{,2}", true},
      // Those that are matched without RE2, and their neighbours.
      {"^x-", "x-rate", true},
      {"^x-", "ax-", false},
      {"^x-", "x", false},
      {"^ord-[0-9]{3}$", "ord-123", true},
      {"^ord-[0-9]{3}$", "ord-1234", false},
      {"^ord-[0-9]{3}$", "ord-12", false},
      {"^[a-z]+[a-z0-9]$", "ab1", true},  // the first set may not take all it can
      {"^[a-z]+[a-z0-9]$", "abc", true},
      {"^[a-z]*-?[a-z]$", "ab", true},
      {"^[A-Z_]{2,}-\\d?$", "AB-", true},
      {"^[A-Z_]{2,}-\\d?$", "A-", false},
      {"^[\\w.-]+@x$", "a.b-c@x", true},
      {"^[a-f]{2}$", "a\xC3\xA9", false},
      {"^\\.\\/$", "./", true},
      {"^a|b", "cb", true},
      {"^a{2}?$", "aa", true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.pattern) + " on " + std::string(c.text));
    const auto pattern = Pattern::compile(c.pattern);
    ASSERT_TRUE(pattern) << pattern.error().message;
    EXPECT_EQ(pattern->matches(c.text), c.matches);
  }
}

TEST(Pattern, SaysWhyItCannotRun) {
  struct Case {
    std::string_view pattern;
    std::string_view reason;
  };
  const std::vector<Case> cases = {
      {"(?=a)", "it looks ahead or behind"},
      {"(?!a)b", "it looks ahead or behind"},
      {"(?<=a)b", "it looks ahead or behind"},
      {"(?<!a)b", "it looks ahead or behind"},
      {"(a)\\1", "it refers back to a group"},
      {"(?<n>a)\\k<n>", "it refers back to a group"},
      {"(?i)a", "its group begins with '(?'"},
      {"\\uD83D", "it names half a character"},
      {"\\u12", "an escape lacks its hex digits"},
      {"\\c1", "'\\c' lacks its letter"},
      {"[a", "a class is not closed"},
      {"a\\", "it ends with a backslash"},
      {"\\pL", "'\\p' lacks its name"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.pattern);
    const auto pattern = Pattern::compile(c.pattern);
    ASSERT_FALSE(pattern);
    EXPECT_EQ(pattern.error().message, c.reason);
  }
  EXPECT_FALSE(Pattern::compile("a{0,262144}"));
  EXPECT_FALSE(Pattern::compile("(a"));
  EXPECT_FALSE(Pattern::compile("\\p{NoSuchScript}"));
}

}  // namespace
}  // namespace faultline::contracts::json_schema

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/report/markup.h"

#include "proxy/base/text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace faultline::report {
namespace {

struct Case {
  std::string input;
  std::string want;
};

TEST(Shortened, CutsBetweenCharacters) {
  EXPECT_EQ(shortened("abc", 3), "abc");
  EXPECT_EQ(shortened("abcd", 3), "abc...");
  EXPECT_EQ(shortened("ab\xC3\xA9", 3), "ab...");
  EXPECT_EQ(shortened("ab\xC3\xA9"
                      "d",
                      4),
            "ab\xC3\xA9...");
}

TEST(MdCode, CannotLeaveItsCell) {
  const std::vector<Case> cases{
      {"", "-"},          {"GET /items", "`GET /items`"}, {"a`b", "`a'b`"},
      {"a|b", "`a\\|b`"}, {"a\nb\tc", "`a b c`"},         {"\xFF", "`\xEF\xBF\xBD`"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.input);

    EXPECT_EQ(md_code(c.input), c.want);
  }
  EXPECT_LT(md_code(std::string(1000, 'x')).size(), 200U);
}

TEST(MdWords, EscapesWhatMeansSomething) {
  const std::vector<Case> cases{
      {"plain words, 3 of them.", "plain words, 3 of them."},
      {"*a* _b_ [c](d) <e> `f` #g h|i", "\\*a\\* \\_b\\_ \\[c\\](d) \\<e\\> \\`f\\` \\#g h\\|i"},
      {"@someone", "&#64;someone"},
      {"a\r\n# b", "a  \\# b"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.input);

    EXPECT_EQ(md_words(c.input), c.want);
  }
}

TEST(MdFenced, CannotLeaveItsBlock) {
  EXPECT_EQ(md_fenced("a\n```\nb"), "a ''' b");
  EXPECT_EQ(md_fenced("``````"), "''''''");
  EXPECT_EQ(md_fenced("{\"a\":`1`}"), "{\"a\":`1`}");
  EXPECT_EQ(md_fenced("````").find("```"), std::string::npos);
}

TEST(XmlText, IsWellFormedWhateverComesIn) {
  const std::vector<Case> cases{
      {"a<b>&\"c'", "a&lt;b&gt;&amp;&quot;c'"},
      {"\t\n\r", "&#9;&#10;&#13;"},
      {std::string("a\0b\x01\x1F"
                   "c",
                   6),
       "abc"},
      {"\xC3\xA9 \xF0\x9F\x98\x80", "\xC3\xA9 \xF0\x9F\x98\x80"},
      {"\xC3", "\xEF\xBF\xBD"},
      {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"a\xEF\xBF\xBE\xEF\xBF\xBF"
       "b",
       "ab"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.want);

    EXPECT_EQ(xml_text(c.input), c.want);
  }
}

TEST(XmlText, IsUtf8ForEveryPairOfBytes) {
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const std::string out = xml_text(std::string{static_cast<char>(a), static_cast<char>(b)});

      ASSERT_TRUE(is_utf8(out));
      ASSERT_EQ(out.find('<'), std::string::npos);
      for (const char c : out) {
        ASSERT_GE(static_cast<unsigned char>(c), 0x20);
      }
    }
  }
}

TEST(XmlLines, KeepsLineFeedsOnly) {
  EXPECT_EQ(xml_lines("a\nb\r\n<"), "a\nb&#13;\n&lt;");
  EXPECT_EQ(xml_lines(""), "");
  EXPECT_EQ(xml_lines("a\n"), "a\n");
}

TEST(Milliseconds, HasThreeDigits) {
  EXPECT_EQ(milliseconds(0), "0.000 ms");
  EXPECT_EQ(milliseconds(999), "0.000 ms");
  EXPECT_EQ(milliseconds(1'234'567), "1.234 ms");
  EXPECT_EQ(milliseconds(250'000'000), "250.000 ms");
  EXPECT_EQ(seconds(999'999), "0.000 s");
  EXPECT_EQ(seconds(20'001'234'567), "20.001 s");
}

}  // namespace
}  // namespace faultline::report

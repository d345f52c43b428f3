// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"

#include "proxy/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace faultline {
namespace {

TEST(Text, LowersOnlyAsciiLetters) {
  EXPECT_EQ(to_lower("Content-TYPE 9\xC3\x89"), "content-type 9\xC3\x89");
}

TEST(Text, ComparesWithoutCase) {
  EXPECT_TRUE(iequals("Host", "hOST"));
  EXPECT_TRUE(iequals("", ""));
  EXPECT_FALSE(iequals("host", "hos"));
  EXPECT_FALSE(iequals("[", "{"));  // 0x5B and 0x7B differ by the case bit only
}

TEST(Text, TrimsOnlySpacesAndTabs) {
  EXPECT_EQ(trim(" \ta b\t "), "a b");
  EXPECT_EQ(trim(" \t"), "");
  EXPECT_EQ(trim("\na"), "\na");
}

TEST(Text, SplitsAndKeepsEmptyParts) {
  EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string_view>{"a", "", "b", ""}));
  EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
}

TEST(Text, MeasuresEditDistance) {
  struct Case {
    std::string_view a;
    std::string_view b;
    size_t want;
  };
  constexpr std::array kCases{Case{"", "", 0},
                              Case{"abc", "", 3},
                              Case{"latncy", "latency", 1},
                              Case{"lateny", "latency", 1},
                              Case{"ab", "ba", 1},
                              Case{"abcd", "acbd", 1},
                              Case{"kitten", "sitting", 3}};
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.a);
    EXPECT_EQ(edit_distance(c.a, c.b), c.want);
    EXPECT_EQ(edit_distance(c.b, c.a), c.want);
  }
}

TEST(Text, SuggestsTheNearestWordWithinReach) {
  constexpr std::array<std::string_view, 3> kWords{"latency", "drop", "abort"};

  EXPECT_EQ(did_you_mean("latncy", kWords), "latency");
  EXPECT_EQ(did_you_mean("laetnycy", kWords), "latency");
  EXPECT_EQ(did_you_mean("drp", kWords), "drop");
  EXPECT_EQ(did_you_mean("dr", kWords), std::nullopt);  // two edits of a short word are a guess
  EXPECT_EQ(did_you_mean("throttle", kWords), std::nullopt);
}

TEST(Text, SuggestsNothingForAHugeWordAtOnce) {
  constexpr std::array<std::string_view, 1> kWords{"latency"};
  EXPECT_EQ(did_you_mean(std::string(1U << 22U, 'x'), kWords), std::nullopt);

  const std::string huge(1U << 16U, 'x');
  const std::array<std::string_view, 1> huge_words{huge};
  EXPECT_EQ(did_you_mean(huge, huge_words), std::nullopt);
}

TEST(Text, ParsesUnsignedNumbersStrictly) {
  EXPECT_EQ(parse_u64("0"), 0U);
  EXPECT_EQ(parse_u64("007"), 7U);
  EXPECT_EQ(parse_u64("18446744073709551615"), UINT64_MAX);
  for (const std::string_view bad :
       {"", "-1", "+1", " 1", "1 ", "1.0", "0x1", "18446744073709551616", "99999999999999999999"}) {
    SCOPED_TRACE(bad);
    EXPECT_EQ(parse_u64(bad), std::nullopt);
  }
}

TEST(Text, CodesHexBothWays) {
  EXPECT_EQ(hex_encode(std::string_view("\x00\xFFz", 3)), "00ff7a");
  EXPECT_EQ(hex_decode("00fF7A"), std::string("\x00\xFFz", 3));
  EXPECT_EQ(hex_decode("0"), std::nullopt);
  EXPECT_EQ(hex_decode("0g"), std::nullopt);
}

TEST(Text, CodesBase64BothWays) {
  struct Case {
    std::string_view bytes;
    std::string_view text;
  };
  constexpr std::array kCases{
      Case{"", ""},        Case{"f", "Zg=="},          Case{"fo", "Zm8="},
      Case{"foo", "Zm9v"}, Case{"foobar", "Zm9vYmFy"}, Case{"\xFB\xFF\xFE", "+//+"}};
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(base64_encode(c.bytes), c.text);
    EXPECT_EQ(base64_decode(c.text), c.bytes);
  }
  EXPECT_EQ(base64_decode("Zg"), "f");
  EXPECT_EQ(base64_decode("-__-"), "\xFB\xFF\xFE");
  for (const std::string_view bad : {"Z", "Zg=", "Zg===", "Zm 9", "Z===", "====", "="}) {
    SCOPED_TRACE(bad);
    EXPECT_EQ(base64_decode(bad), std::nullopt);
  }
}

TEST(Text, CodesPercentBothWays) {
  EXPECT_EQ(percent_encode("aZ9-._~/ \xC3\xA9"), "aZ9-._~%2F%20%C3%A9");
  EXPECT_EQ(percent_decode("a%2fb%C3%A9+c"), "a/b\xC3\xA9+c");
  EXPECT_EQ(percent_decode("a+b", true), "a b");
  EXPECT_EQ(percent_decode("100%, %4, %zz, %"), "100%, %4, %zz, %");
  EXPECT_EQ(percent_decode("%41"), "A");
}

TEST(Text, EscapesForJson) {
  EXPECT_EQ(json_quote("a\"b\\c\n\r\t\x01\x7F\xC3\xA9"),
            "\"a\\\"b\\\\c\\n\\r\\t\\u0001\\u007f\xC3\xA9\"");
  EXPECT_EQ(json_quote("x\xFFy\xC3"), "\"x\xEF\xBF\xBDy\xEF\xBF\xBD\"");
}

TEST(Text, JsonQuoteEscapesASpecialByteWhereverItStands) {
  // Plain bytes are copied in runs: neither the run before nor the one behind may change.
  const std::map<char, std::string> special{
      {'"', "\\\""}, {'\\', "\\\\"}, {'\n', "\\n"}, {'\x1F', "\\u001f"}, {'\x7F', "\\u007f"}};
  const std::string plain = " !#[]^~abcXYZ0189-{}";
  for (int value = 0; value < 128; ++value) {
    const char byte = static_cast<char>(value);
    std::string escaped(1, byte);
    if (const auto found = special.find(byte); found != special.end()) {
      escaped = found->second;
    } else if (byte < 0x20) {
      continue;
    }
    for (size_t at = 0; at <= plain.size(); ++at) {
      std::string text = plain;
      text.insert(at, 1, byte);
      std::string want = plain;
      want.insert(at, escaped);
      EXPECT_EQ(json_quote(text), '"' + want + '"') << "byte " << value << " at " << at;
    }
  }
}

TEST(Text, EscapesALongTextAsItDoesItsCharacters) {
  // Single characters take another way than words of eight bytes, and fill no buffer.
  const std::vector<std::string_view> pieces = {"a",
                                                "plain text of some length",
                                                "\"",
                                                "\\",
                                                "\n",
                                                "\x01",
                                                "\x7F",
                                                "\xC3\xA9",
                                                "\xF0\x9F\x98\x80",
                                                "\xFF",
                                                "\xE2\x82",
                                                "{\"id\":\"x\"}"};
  for (uint64_t seed = 0; seed < 400; ++seed) {
    std::string text;
    for (uint64_t i = 0; i < seed; ++i) {
      text += pieces[random::absorb(seed, i) % pieces.size()];
    }
    std::string want;
    for (std::string_view rest = text; !rest.empty();) {
      const size_t length = std::max<size_t>(1, utf8_sequence_length(rest));
      json_escape_to(want, rest.substr(0, length));
      rest.remove_prefix(length);
    }
    std::string got = "before";
    json_escape_to(got, text);
    ASSERT_EQ(got, "before" + want) << "seed " << seed;
  }
}

TEST(Text, KnowsWellFormedUtf8) {
  for (const std::string_view good :
       {"", "a", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
        "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    SCOPED_TRACE(hex_encode(good));
    EXPECT_TRUE(is_utf8(good));
  }
  for (const std::string_view bad :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xC2", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xE1\x80",
        "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF1\x80\x80", "a\xFF"}) {
    SCOPED_TRACE(hex_encode(bad));
    EXPECT_FALSE(is_utf8(bad));
  }
}

}  // namespace
}  // namespace faultline

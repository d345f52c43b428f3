// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/random.h"
#include "tests/fuzz/json_twins_support.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace faultline::json {
namespace {

const std::vector<std::string> kTexts = {
    R"({})",
    R"([ ])",
    R"([{},[],{"a":{}},[[]]])",
    R"({"a":[null, true,false , -1.5e3],"b":{"c":"d"},"a":0})",
    "\t{ \"key with spaces\"\r\n:\n[ 1 , 2\t]\n} ",
    R"({"\u0061":1,"a":2,"\ud800":3,"x\"y\\":"\\\"","\ufffd":4})",
    "{\"caf\xC3\xA9\":\"\xE2\x82\xAC \xF0\x9F\x98\x80\",\"tail\":\"\xC3\xA9\"}",
    R"([0,-0,9223372036854775807,-9223372036854775808,9223372036854775808,-0.0e-9])",
    "[1e400,10000000000000000000,0.5,-1E+9]",
    R"({"aaaaaaa":1,"aaaaaaaa":2,"aaaaaaaaa":3,"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa":4})",
    R"({"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":10,"b":11,"\u0069":12})",
    R"([[[[[[[[[[[[["deep"]]]]]]]]]]]]])",
};

/// Tokens and fragments that matter to the grammar, to be put anywhere.
const std::vector<std::string> kFragments = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\\"",
    "\\u12",
    " ",
    "\n",
    "\x1F",
    "0",
    "-",
    ".",
    "e",
    "1e5",
    "tru",
    "true",
    "//",
    "\xC3",
    "\x80",
    "null,",
    "\"a\":",
    "\"\\ud83d\\ude00\"",
    "\xEF\xBB\xBF",
    std::string("\0x", 2),
    "\x0B",
    "\x0C",
    "\x7F",
};

TEST(JsonTwinParsers, AgreeOnWholeTexts) {
  for (const auto& text : kTexts) {
    EXPECT_EQ(disagreement(text), "") << text;
    EXPECT_TRUE(ParserAccess::by_index(text)) << text;
    EXPECT_TRUE(ParserAccess::by_scan(text)) << text;
  }
}

TEST(JsonTwinParsers, AgreeOnEveryPrefixAndSuffix) {
  for (const auto& text : kTexts) {
    const std::string_view view = text;
    for (size_t at = 0; at <= view.size(); ++at) {
      EXPECT_EQ(disagreement(view.substr(0, at)), "") << view.substr(0, at);
      EXPECT_EQ(disagreement(view.substr(at)), "") << view.substr(at);
    }
  }
}

TEST(JsonTwinParsers, AgreeOnEveryFragmentAtEveryPlace) {
  for (const auto& text : kTexts) {
    for (const auto& fragment : kFragments) {
      for (size_t at = 0; at <= text.size(); ++at) {
        std::string inserted = text;
        inserted.insert(at, fragment);
        EXPECT_EQ(disagreement(inserted), "") << inserted;
        std::string replaced = text;
        replaced.replace(at, fragment.size(), fragment);
        EXPECT_EQ(disagreement(replaced), "") << replaced;
      }
    }
  }
}

TEST(JsonTwinParsers, AgreeOnRandomRunsOfTokens) {
  size_t accepted = 0;
  for (uint64_t round = 0; round < 20000; ++round) {
    random::Inputs inputs;
    inputs.run = round;
    std::string text = "[";
    const uint64_t tokens = random::scale(random::draw(inputs), 12);
    for (uint64_t i = 0; i < tokens; ++i) {
      inputs.draw = i + 1;
      text += kFragments[random::scale(random::draw(inputs), kFragments.size())];
    }
    text += ']';
    EXPECT_EQ(disagreement(text), "") << text;
    accepted += ParserAccess::by_index(text) ? 1 : 0;
  }
  EXPECT_GT(accepted, 20U);  // otherwise the runs say nothing about trees
}

TEST(JsonTwinParsers, AgreeOnRepeatedNames) {
  // Names of a number and a letter out of a few: objects of every size up to those that a parser
  // gives up comparing name by name, with and without repeats, and one within the other.
  size_t with_repeats = 0;
  size_t without = 0;
  for (uint64_t round = 0; round < 3000; ++round) {
    random::Inputs inputs;
    inputs.run = round;
    std::string text = "{";
    const uint64_t members = 1 + random::scale(random::draw(inputs), 80);
    const uint64_t letters = 1 + random::scale(random::draw(inputs), 26);
    for (uint64_t i = 0; i < members; ++i) {
      inputs.draw = i + 1;
      const uint64_t drawn = random::draw(inputs);
      std::string name = std::to_string(round % 2 == 0 ? i : drawn % 64);
      name += static_cast<char>('a' + drawn % letters);
      text += (i == 0 ? "\"" : ",\"") + name + "\":";
      text += drawn % 7 == 0 ? "{\"" + name + "\":1,\"x\":2}" : "0";
    }
    text += '}';
    EXPECT_EQ(disagreement(text), "") << text;
    const auto document = ParserAccess::by_scan(text);
    ASSERT_TRUE(document) << text;
    ++(document->duplicate_keys().empty() ? without : with_repeats);
  }
  EXPECT_GT(with_repeats, 1000U);
  EXPECT_GT(without, 1000U);
}

TEST(JsonTwinParsers, AgreeWhereverTheBlocksOfTheScanEnd) {
  // simdjson looks at 64 bytes at a time, the scanning parser at 16: a string, an escape, a word
  // and a number cross the border at each of their bytes, and the text ends at each of a block.
  for (size_t shift = 0; shift < 140; ++shift) {
    for (const std::string_view body :
         {R"("plain text of a string")", R"("\\\"\\\\\" \u00e9 \\\\")", "true,false,null",
          "-12345.678e-90", R"({"name":{"inner":[]},"name":1})", "\"\xF0\x9F\x98\x80\xE2\x82\xAC\"",
          "\"\xE2\x82\",\"plain text of a string\"", "\"plain text, \x01 not\""}) {
      const std::string text = "[" + std::string(shift, ' ') + std::string(body) + "]";
      EXPECT_EQ(disagreement(text), "") << shift << " " << body;
      const bool is_json = body.find_first_of("\x01") == std::string_view::npos &&
                           body.find("\x82\"") == std::string_view::npos;
      EXPECT_EQ(ParserAccess::by_index(text).has_value(), is_json) << shift << " " << body;
      EXPECT_EQ(ParserAccess::by_scan(text).has_value(), is_json) << shift << " " << body;
    }
  }
}

TEST(JsonTwinParsers, AgreeOnDepth) {
  for (const size_t depth : {size_t{1}, size_t{127}, size_t{128}, size_t{129}}) {
    std::string text;
    for (size_t i = 0; i < depth; ++i) text += i % 2 == 0 ? "[" : "{\"a\":";
    text += "1";
    for (size_t i = depth; i-- > 0;) text += i % 2 == 0 ? "]" : "}";
    EXPECT_EQ(disagreement(text), "") << depth;
    EXPECT_EQ(ParserAccess::by_index(text).has_value(), depth <= limits::kJsonDepth) << depth;
    EXPECT_EQ(ParserAccess::by_scan(text).has_value(), depth <= limits::kJsonDepth) << depth;
  }
}

}  // namespace
}  // namespace faultline::json

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/tape.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace faultline::json {
namespace {

using std::string_literals::operator""s;

std::string error_of(std::string_view text) {
  const auto document = Document::parse(text);
  return document ? "accepted" : document.error().message;
}

TEST(JsonParser, ReadsEveryKindWithItsPlace) {
  const std::string_view text = R"( {"a": [null, true, -1.5e3], "b": {"c": "d"}} )";

  const auto document = Document::parse(text);

  ASSERT_TRUE(document) << document.error().message;
  struct Case {
    Kind kind;
    std::string_view slice;
  };
  const std::vector<Case> wanted = {
      {Kind::Object, R"({"a": [null, true, -1.5e3], "b": {"c": "d"}})"},
      {Kind::String, R"("a")"},
      {Kind::Array, "[null, true, -1.5e3]"},
      {Kind::Null, "null"},
      {Kind::Bool, "true"},
      {Kind::Number, "-1.5e3"},
      {Kind::String, R"("b")"},
      {Kind::Object, R"({"c": "d"})"},
      {Kind::String, R"("c")"},
      {Kind::String, R"("d")"},
  };
  for (uint32_t i = 0; i < wanted.size(); ++i) {
    const Value value(*document, i);
    EXPECT_EQ(value.kind(), wanted[i].kind) << i;
    EXPECT_EQ(text.substr(value.span().offset, value.span().length), wanted[i].slice) << i;
  }
}

TEST(JsonParser, RejectsWhatRfc8259Forbids) {
  struct Case {
    std::string text;
    std::string message;
  };
  const std::vector<Case> cases = {
      {"", "unexpected end where a value belongs at byte 0"},
      {"  ", "unexpected end where a value belongs at byte 2"},
      {"nul", "unexpected character where a value belongs at byte 0"},
      {"True", "unexpected character where a value belongs at byte 0"},
      {"1 2", "unexpected text after the value at byte 2"},
      {"{}}", "unexpected text after the value at byte 2"},
      {"[1,]", "unexpected character where a value belongs at byte 3"},
      {"[,1]", "unexpected character where a value belongs at byte 1"},
      {"[1 2]", "expected ',' or ']' at byte 3"},
      {"[1}", "expected ',' or ']' at byte 2"},
      {"[1", "unclosed array at byte 2"},
      {"[", "unexpected end where a value belongs at byte 1"},
      {"{", "expected a member name in quotes at byte 1"},
      {"{a:1}", "expected a member name in quotes at byte 1"},
      {R"({"a" 1})", "expected ':' after the member name at byte 5"},
      {R"({"a"})", "expected ':' after the member name at byte 4"},
      {R"({"a":1,})", "expected a member name in quotes at byte 7"},
      {R"({"a":1 "b":2})", "expected ',' or '}' at byte 7"},
      {R"({"a":1)", "unclosed object at byte 6"},
      {"01", "a number must not begin with 0 at byte 0"},
      {"-01", "a number must not begin with 0 at byte 1"},
      {"-", "expected a digit after '-' at byte 1"},
      {"+1", "unexpected character where a value belongs at byte 0"},
      {".5", "unexpected character where a value belongs at byte 0"},
      {"1.", "expected a digit after '.' at byte 2"},
      {"1.e5", "expected a digit after '.' at byte 2"},
      {"1e", "expected a digit in the exponent at byte 2"},
      {"1e+", "expected a digit in the exponent at byte 3"},
      {"NaN", "unexpected character where a value belongs at byte 0"},
      {R"("a)", "unclosed string at byte 2"},
      {R"("a\)", "unclosed string at byte 2"},
      {R"("\x")", "unknown escape in a string at byte 1"},
      {R"("\u12g4")", "expected four hex digits after \\u at byte 1"},
      {R"("\u12)", "expected four hex digits after \\u at byte 1"},
      {"\"a\nb\"", "control character in a string at byte 2"},
      {"\"a\0b\""s, "control character in a string at byte 2"},
      {"\"\xC0\x80\"", "malformed UTF-8 in a string at byte 1"},
      {"\"\xED\xA0\x80\"", "malformed UTF-8 in a string at byte 1"},
      {"\"\xF4\x90\x80\x80\"", "malformed UTF-8 in a string at byte 1"},
      {"\"\xE2\x82\"", "malformed UTF-8 in a string at byte 1"},
      {"\xEF\xBB\xBF{}", "unexpected character where a value belongs at byte 0"},
      {"{}\xC2\xA0", "unexpected text after the value at byte 2"},
      {"/**/1", "unexpected character where a value belongs at byte 0"},
      {"'a'", "unexpected character where a value belongs at byte 0"},
      {"1\0"s, "unexpected text after the value at byte 1"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(error_of(c.text), c.message);
  }
}

TEST(JsonParser, DecodesEscapes) {
  struct Case {
    std::string text;
    std::string decoded;
    bool has_lone_surrogates = false;
  };
  const std::vector<Case> cases = {
      {R"("")", ""},
      {R"("\"\\\/\b\f\n\r\t")", "\"\\/\b\f\n\r\t"},
      {R"("\u0041\u00e9\u20AC")", "A\xC3\xA9\xE2\x82\xAC"},
      {R"("\u0000")", "\0"s},
      {R"("\ud83d\ude00")", "\xF0\x9F\x98\x80"},
      {R"("x\ud83d\ude00y")", "x\xF0\x9F\x98\x80y"},
      {R"("\ud83d")", "\xED\xA0\xBD", true},
      {R"("\ude00")", "\xED\xB8\x80", true},
      {R"("\ud83dx")", "\xED\xA0\xBDx", true},
      {R"("\ud83d\n")", "\xED\xA0\xBD\n", true},
      {R"("\ud83d\u0041")",
       "\xED\xA0\xBD"
       "A",
       true},
      {R"("\ud83d\ud83d\ude00")", "\xED\xA0\xBD\xF0\x9F\x98\x80", true},
      {"\"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80\"",
       "caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"},
      {"\"0123456789abcdef\xC3\xA9"
       "0123456789abcdef\\n\"",
       "0123456789abcdef\xC3\xA9"
       "0123456789abcdef\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto document = Document::parse(c.text);
    ASSERT_TRUE(document) << document.error().message;
    EXPECT_EQ(document->root().string(), c.decoded);
    EXPECT_EQ(document->has_lone_surrogates(), c.has_lone_surrogates);
  }
}

TEST(JsonParser, FindsTheEndOfStringsOfEveryLength) {
  // Crosses the block scan's boundary at every offset, with each character that ends a block.
  for (size_t length = 0; length < 70; ++length) {
    const std::string plain(length, 'x');
    const std::string text = "[\"" + plain + "\",\"" + plain + "\\n\",\"" + plain + "\xC3\xA9\"]";
    const auto document = Document::parse(text);
    ASSERT_TRUE(document) << length << document.error().message;
    EXPECT_EQ(document->root().at(0)->string(), plain);
    EXPECT_EQ(document->root().at(1)->string(), plain + "\n");
    EXPECT_EQ(document->root().at(2)->string(), plain + "\xC3\xA9");
    EXPECT_EQ(error_of("\"" + plain + "\x1F\""),
              "control character in a string at byte " + std::to_string(length + 1));
    EXPECT_EQ(error_of("\"" + plain), "unclosed string at byte " + std::to_string(length + 1));
  }
}

TEST(JsonParser, ReportsNamesThatOccurTwice) {
  struct Case {
    std::string text;
    std::vector<uint32_t> offsets;
  };
  std::string many = "{";
  for (int i = 0; i < 40; ++i) many += "\"k" + std::to_string(i) + "\":0,";
  const auto at = static_cast<uint32_t>(many.size());
  many += "\"k7\":1}";
  const std::vector<Case> cases = {
      {R"({"a":1,"b":2})", {}},
      {R"({"a":1,"a":2})", {7}},
      {R"({"a":1,"\u0061":2,"a":3})", {7, 18}},
      {R"({"a":{"a":1},"b":{"a":1}})", {}},
      {R"({"x":{"b":1,"b":2},"x":0})", {12, 19}},
      {many, {at}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto document = Document::parse(c.text);
    ASSERT_TRUE(document);
    std::vector<uint32_t> offsets;
    for (const auto span : document->duplicate_keys()) offsets.push_back(span.offset);
    EXPECT_EQ(offsets, c.offsets);
  }
}

TEST(JsonParser, BoundsDepth) {
  const auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };

  EXPECT_TRUE(Document::parse(nested(limits::kJsonDepth)));
  const auto deeper = Document::parse(nested(limits::kJsonDepth + 1));
  ASSERT_FALSE(deeper);
  EXPECT_EQ(deeper.error().code, ErrorCode::LimitExceeded);
  EXPECT_EQ(deeper.error().message, "nested too deeply at byte 128");
  EXPECT_TRUE(Document::parse(nested(kDepthCeiling), {.depth_max = 1000000}));
  EXPECT_FALSE(Document::parse(nested(kDepthCeiling + 1), {.depth_max = 1000000}));
  EXPECT_TRUE(Document::parse("1", {.depth_max = 0}));
  EXPECT_FALSE(Document::parse("[]", {.depth_max = 0}));
  EXPECT_FALSE(Document::parse(std::string(1000000, '[')));
}

TEST(JsonParser, KeepsSiblingsShallow) {
  // Depth counts open containers, not containers.
  std::string text = "[";
  for (int i = 0; i < 1000; ++i) text += "[],{},";
  text += "0]";
  EXPECT_TRUE(Document::parse(text));
}

TEST(JsonParser, BorrowsTextsWithoutEscapesFromTheSource) {
  const std::string text = R"({"name":"plain","escaped":"a\nb"})";

  const auto document = Document::parse(text);

  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().find("name")->string().data(), text.data() + 9);
  EXPECT_EQ(document->root().find("escaped")->string(), "a\nb");
}

}  // namespace
}  // namespace faultline::json

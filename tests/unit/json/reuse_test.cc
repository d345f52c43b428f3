// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/parser.h"
#include "proxy/json/scalar_document.h"
#include "proxy/json/serialize.h"
#include "tests/heap/counting_new.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

namespace faultline::json {
namespace {

TEST(JsonParserReuse, AllocationsAreCounted) {
  const size_t before = allocation_count();
  const std::string long_text(100, 'x');
  EXPECT_EQ(allocation_count(), before + 1) << long_text;
}

TEST(JsonParserReuse, AllocatesNothingOnceItHasSeenSuchTexts) {
  std::string wide = "{";
  for (int i = 0; i < 40; ++i) wide += "\"member" + std::to_string(i) + "\":[1,2.5,\"x\\n\"],";
  const std::vector<std::string> texts = {R"({"a":[1,{"b":"c\u0041"}],"d":null})",
                                          wide + "\"last\":true}", "[]", "7", R"("text\t")"};
  Parser parser;
  for (const auto& text : texts) ASSERT_TRUE(parser.parse(text)) << text;

  const size_t before = allocation_count();
  bool all = true;
  for (int round = 0; round < 10; ++round) {
    for (const auto& text : texts) all = parser.parse(text).has_value() && all;
  }

  EXPECT_EQ(allocation_count(), before);
  EXPECT_TRUE(all);
}

TEST(JsonParserReuse, KeepsNothingOfTheTextBefore) {
  Parser parser;
  const std::string first = R"({"a":1,"a":2,"b":"\ud800"})";
  const std::string second = R"({"c":"plain"})";
  ASSERT_TRUE(parser.parse(first));

  const auto document = parser.parse(second);

  ASSERT_TRUE(document);
  EXPECT_TRUE((*document)->duplicate_keys().empty());
  EXPECT_FALSE((*document)->has_lone_surrogates());
  EXPECT_EQ(to_text((*document)->root()), second);
}

TEST(JsonParserReuse, GoesOnAfterARejectedText) {
  Parser parser;
  for (const std::string_view bad : {R"({"a":{"b":[1,2)", R"({"a":"\x"})", "\"\xC0\"", "[[[[["}) {
    EXPECT_FALSE(parser.parse(bad)) << bad;
    const auto document = parser.parse(R"({"x":[true]})");
    ASSERT_TRUE(document) << bad;
    EXPECT_EQ(to_text((*document)->root()), R"({"x":[true]})");
  }
}

TEST(JsonParserReuse, ReadsALargeTextAndThenASmallOne) {
  Parser parser;
  std::string large = "[";
  while (large.size() <= 2 * kKeptTextBytes) large += "{\"id\":12345678},";
  large += "0]";
  ASSERT_TRUE(parser.parse(large));

  const auto document = parser.parse("[1]");

  ASSERT_TRUE(document);
  EXPECT_EQ((*document)->root().size(), 1U);
}

/// Memory that ends where a page that may not be touched begins.
class GuardedText {
 public:
  GuardedText()
      : page_(static_cast<size_t>(sysconf(_SC_PAGESIZE))),
        memory_(static_cast<char*>(
            mmap(nullptr, 2 * page_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {
    EXPECT_EQ(mprotect(memory_ + page_, page_, PROT_NONE), 0);
  }
  ~GuardedText() { munmap(memory_, 2 * page_); }
  GuardedText(const GuardedText&) = delete;
  GuardedText& operator=(const GuardedText&) = delete;

  std::string_view put(std::string_view text) {
    char* const begin = memory_ + page_ - text.size();
    std::memcpy(begin, text.data(), text.size());
    return {begin, text.size()};
  }

 private:
  size_t page_;
  char* memory_;
};

TEST(JsonParser, ReadsNoByteBeyondTheText) {
  GuardedText guarded;
  for (const std::string_view text :
       {"{}",       "[]",      "7",      "-1.5",    "true",         "\"text\"", "\"\\n\"",
        "[1]",      "[\"a\"]", "[true]", "[n",      "[-",           "[1.",      "{\"a\"",
        "{\"a\":t", "[[]",     "[{}",    "\"\\u12", "\"\\ud800\\u", "{\"k\":1}"}) {
    for (size_t padding = 0; padding < 130; ++padding) {
      const std::string padded = std::string(padding, ' ') + std::string(text);
      const auto document = Document::parse(guarded.put(padded));
      EXPECT_EQ(document.has_value(), Document::parse(text).has_value()) << text;
    }
  }
}

TEST(JsonScalarDocument, IsOneValueAfterTheOtherWithoutAllocating) {
  ScalarDocument document;
  const std::string text = "a \"text\" that would have to lie on the heap \xC3\xA9";
  const size_t before = allocation_count();
  const Value string = document.string(text);
  const bool is_text = string.is_string() && string.string().data() == text.data();
  const Value number = document.number("-42");
  const bool is_number = number.is_plain_int64() && number.plain_int64() == -42;
  const size_t after = allocation_count();

  EXPECT_EQ(after, before);
  EXPECT_TRUE(is_text) << "the text is not copied";
  EXPECT_TRUE(is_number);
  EXPECT_EQ(document.string(text).string(), text);
  EXPECT_EQ(document.string("").string(), "");
  EXPECT_EQ(document.string({}).string(), "");
  EXPECT_EQ(document.number("1.50").number_text(), "1.50");
  EXPECT_FALSE(document.number("1.50").is_plain_int64());
  EXPECT_FALSE(document.number("1.50").is_integer());
  EXPECT_TRUE(document.number("1e2").is_integer());
  EXPECT_FALSE(document.number("99999999999999999999").is_plain_int64());
  EXPECT_TRUE(document.boolean(true, "true").boolean());
  EXPECT_FALSE(document.boolean(false, "false").boolean());
  EXPECT_TRUE(document.null("null").is_null());
  const Value last = document.string("abc");
  EXPECT_EQ(last.extent(), 1U);
  EXPECT_EQ(last.size(), 0U);
  EXPECT_EQ(last.span().offset, 0U);
  EXPECT_EQ(last.span().length, 3U);
  EXPECT_FALSE(last.document().has_lone_surrogates());
  EXPECT_TRUE(equal(last, Document::parse("\"abc\"").value().root()));
  EXPECT_EQ(to_text(last), "\"abc\"");
}

}  // namespace
}  // namespace faultline::json

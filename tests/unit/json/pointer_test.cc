// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/pointer.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::json {
namespace {

constexpr std::string_view kText =
    R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"m~n":8,"deep":[{"x":[[7]]},{"x":[]}]})";

TEST(JsonPointer, ResolvesAsRfc6901Says) {
  struct Case {
    std::string_view pointer;
    std::string_view slice;  // empty: leads nowhere
  };
  const std::vector<Case> cases = {
      {"", kText},
      {"/foo", R"(["bar","baz"])"},
      {"/foo/0", R"("bar")"},
      {"/foo/1", R"("baz")"},
      {"/", "0"},
      {"/a~1b", "1"},
      {"/c%d", "2"},
      {"/m~0n", "8"},
      {"/deep/0/x/0/0", "7"},
      {"/foo/2", ""},
      {"/foo/-", ""},
      {"/foo/00", ""},
      {"/foo/+1", ""},
      {"/foo/0/x", ""},
      {"/foo/99999999999999999999", ""},
      {"foo", ""},
      {"/m~2n", ""},
      {"/m~", ""},
      {"/a/b", ""},
  };
  const auto document = Document::parse(kText);
  ASSERT_TRUE(document);
  for (const auto& c : cases) {
    SCOPED_TRACE(c.pointer);
    const auto value = resolve(document->root(), c.pointer);
    EXPECT_EQ(value.has_value(), !c.slice.empty());
    if (value) {
      EXPECT_EQ(kText.substr(value->span().offset, value->span().length), c.slice);
    }
  }
}

TEST(JsonPointer, NamesEveryNodeSoThatItResolvesBack) {
  const auto document = Document::parse(kText);
  ASSERT_TRUE(document);
  std::vector<Value> open = {document->root()};
  size_t seen = 0;
  while (!open.empty()) {
    const Value value = open.back();
    open.pop_back();
    ++seen;
    const auto back = resolve(document->root(), pointer_of(value));
    ASSERT_TRUE(back) << pointer_of(value);
    EXPECT_EQ(back->index(), value.index()) << pointer_of(value);
    for (const Value element : value.elements()) open.push_back(element);
    for (const Member& member : value.members()) {
      EXPECT_EQ(pointer_of(member.key), pointer_of(member.value));
      open.push_back(member.value);
    }
  }
  EXPECT_EQ(seen, 15U);
}

TEST(JsonPointer, WritesTemplatesWithoutPositions) {
  const auto document = Document::parse(kText);
  ASSERT_TRUE(document);

  EXPECT_EQ(pointer_template_of(*resolve(document->root(), "/deep/0/x/0/0")), "/deep/*/x/*/*");
  EXPECT_EQ(pointer_template_of(*resolve(document->root(), "/a~1b")), "/a~1b");
  EXPECT_EQ(pointer_template_of(document->root()), "");
}

TEST(JsonPointer, SplitsIntoDecodedTokens) {
  EXPECT_EQ(parse_pointer("").value(), std::vector<std::string>());
  EXPECT_EQ(parse_pointer("/").value(), std::vector<std::string>{""});
  EXPECT_EQ(parse_pointer("/a~1b/m~0n//0").value(),
            (std::vector<std::string>{"a/b", "m~n", "", "0"}));
  EXPECT_EQ(parse_pointer("/~01").value(), std::vector<std::string>{"~1"});
  EXPECT_EQ(parse_pointer("a").error().message, "a JSON pointer begins with '/'");
  EXPECT_EQ(parse_pointer("/~").error().message, "in a JSON pointer '~' must be written '~0'");
  EXPECT_EQ(escape_token("~/"), "~0~1");
}

}  // namespace
}  // namespace faultline::json

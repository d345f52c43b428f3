// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/router.h"

#include "contracts/openapi/media_type.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::contracts::openapi {
namespace {

std::vector<Segment> segments(std::string_view path) {
  auto parsed = parse_path_template(path);
  EXPECT_TRUE(parsed) << path;
  return parsed ? *parsed : std::vector<Segment>();
}

TEST(Router, PrefersLiteralThenMixedThenParameterFromTheLeft) {
  const std::vector<std::string> templates = {
      "/{a}/{b}", "/{a}/me",  "/books/{id}", "/books/{id}.json", "/books/x-{id}.json",
      "/",        "/a/{b}/c", "/{x}/b/d",    "/v/{y}-{z}",       "/w/foo-{id}",
  };
  struct Case {
    std::string_view path;
    std::string_view found;  // empty: none
    std::vector<std::string_view> values;
  };
  const std::vector<Case> cases = {
      {"/", "/", {}},
      {"/books/me", "/books/{id}", {"me"}},
      {"/cars/me", "/{a}/me", {"cars"}},
      {"/cars/you", "/{a}/{b}", {"cars", "you"}},
      {"/books/7.json", "/books/{id}.json", {"7"}},
      {"/books/x-7.json", "/books/x-{id}.json", {"7"}},
      {"/books/.json", "/books/{id}", {".json"}},
      {"/a/b/c", "/a/{b}/c", {"b"}},
      {"/a/b/d", "/{x}/b/d", {"a"}},  // the literal branch fails further down
      {"/a/b/e", "", {}},
      {"/v/1-2-3", "/v/{y}-{z}", {"1", "2-3"}},
      {"/v/-2", "/{a}/{b}", {"v", "-2"}},
      {"/w/foo-1", "/w/foo-{id}", {"1"}},
      {"/w/xfoo-1", "/{a}/{b}", {"w", "xfoo-1"}},  // a segment is matched from its beginning
      {"/w/Foo-1", "/{a}/{b}", {"w", "Foo-1"}},
      {"/books", "", {}},
      {"/books/", "", {}},
      {"//books", "", {}},
      {"/books/7/", "", {}},
      {"books/7", "", {}},
      {"", "", {}},
      {"*", "", {}},
  };
  Router router;
  std::map<uint32_t, std::string> names;
  for (const auto& path : templates) names[router.add(segments(path))] = path;
  ASSERT_EQ(names.size(), templates.size());
  for (const auto& c : cases) {
    SCOPED_TRACE(c.path);
    const auto match = router.find(c.path);
    EXPECT_EQ(match ? names[match->leaf] : "", c.found);
    if (match) {
      EXPECT_TRUE(std::ranges::equal(match->values, c.values));
    }
  }
}

TEST(Router, GivesTemplatesOfOneShapeOneLeaf) {
  Router router;

  EXPECT_EQ(router.add(segments("/a/{x}")), router.add(segments("/a/{y}")));
  EXPECT_EQ(router.add(segments("/a/{x}.z")), router.add(segments("/a/{y}.z")));
  EXPECT_NE(router.add(segments("/a/{x}")), router.add(segments("/a/{x}/")));
}

TEST(Router, KnowsAmbiguousPairs) {
  EXPECT_TRUE(is_ambiguous(segments("/{entity}/me"), segments("/books/{id}")));
  EXPECT_FALSE(is_ambiguous(segments("/books/me"), segments("/books/{id}")));
  EXPECT_FALSE(is_ambiguous(segments("/books/{id}"), segments("/cars/{id}")));
  EXPECT_FALSE(is_ambiguous(segments("/a/{b}"), segments("/a/{b}/c")));
}

TEST(PathTemplate, RefusesBrokenOnes) {
  EXPECT_EQ(parse_path_template("a").error().message, "a path begins with '/'");
  for (const std::string_view path : {"/{a", "/a}", "/{}", "/{a{b}}"}) {
    EXPECT_FALSE(parse_path_template(path)) << path;
  }
}

TEST(MediaRange, ParsesAndRanks) {
  const auto range = [](std::string_view text) { return MediaRange::parse(text).value(); };
  const auto json = range("Application/JSON ; Charset=\"UTF-8\"; x=1");

  EXPECT_EQ(json.essence(), "application/json");
  ASSERT_NE(json.parameter("charset"), nullptr);
  EXPECT_EQ(*json.parameter("charset"), "UTF-8");
  EXPECT_TRUE(json.is_json());
  EXPECT_TRUE(range("application/problem+json").is_json());
  EXPECT_FALSE(range("application/jsonp").is_json());
  for (const std::string_view text : {"", "json", "/json", "application/", "a b/c", "a/b, c/d"}) {
    EXPECT_FALSE(MediaRange::parse(text)) << text;
  }
  EXPECT_EQ(fit(range("text/plain"), json), 0);
  EXPECT_EQ(fit(range("application/vnd.x+json"), json), 0);
  EXPECT_LT(fit(range("*/*"), json), fit(range("application/*"), json));
  EXPECT_LT(fit(range("application/*"), json), fit(range("application/json"), json));
  EXPECT_LT(fit(range("application/json"), json), fit(range("application/json; x=1"), json));
  EXPECT_LT(fit(range("application/json; x=2"), json), fit(range("application/json"), json));
  EXPECT_GT(fit(range("application/json; x=2"), json), fit(range("application/*"), json));
}

}  // namespace
}  // namespace faultline::contracts::openapi

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/matcher.h"

#include "proxy/base/message_view.h"
#include "rules/text_predicates.h"
#include "tests/unit/rules/load_support.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace faultline::rules {
namespace {

using Fields = std::vector<FieldView>;

// Compiles rules r0, r1, ... with these match sections for the listener "shop".
CompiledRules compile(const std::vector<std::string>& matches, uint32_t listener = 0,
                      const std::string& fault = "{ latency: { fixed: 1s } }") {
  std::string rules = matches.empty() ? "" : "rules:\n";
  for (size_t i = 0; i < matches.size(); ++i) {
    rules += fmt::format("  - {{ name: r{}, match: {{ {} }}, fault: {} }}\n", i, matches[i], fault);
  }
  return {load_good(with_listeners(rules)), listener};
}

std::vector<uint32_t> match(const CompiledRules& rules, std::string_view method,
                            std::string_view target, const Fields& fields = {}) {
  std::vector<uint32_t> out{99};
  const bool any = rules.match_request({method, target, FieldLookup(fields)}, out);
  EXPECT_EQ(any, !out.empty());
  return out;
}

bool matches_one(const std::string& section, std::string_view method, std::string_view target,
                 const Fields& fields = {}) {
  return !match(compile({section}), method, target, fields).empty();
}

TEST(Matcher, MatchesPathsSegmentBySegment) {
  struct Case {
    std::string_view path;
    std::string_view target;
    bool want;
  };
  constexpr std::array kCases{Case{"/", "/", true},
                              Case{"/", "/a", false},
                              Case{"/cart", "/cart", true},
                              Case{"/cart", "/cart/", false},
                              Case{"/cart", "/cartx", false},
                              Case{"/cart", "/Cart", false},
                              Case{"/cart", "/cart?x=1", true},
                              Case{"/cart", "http://h:1/cart?x", true},
                              Case{"/cart", "/c%61rt", false},  // bytes are compared as they stand
                              Case{"/cart/", "/cart/", true},
                              Case{"/cart/", "/cart", false},
                              Case{"/cart/:id", "/cart/7", true},
                              Case{"/cart/:id", "/cart/a%2Fb", true},
                              Case{"/cart/:id", "/cart/", false},
                              Case{"/cart/:id", "/cart", false},
                              Case{"/cart/:id", "/cart/7/items", false},
                              Case{"'/cart/{id}'", "/cart/7", true},
                              Case{"/cart/:id/items/:item", "/cart/7/items/9", true},
                              Case{"/cart/:id/items/:item", "/cart/7/item/9", false},
                              Case{"/:a", "/", false},
                              Case{"/:a", "/x", true},
                              Case{"/v1/things:batch", "/v1/things:batch", true},
                              Case{"/a//b", "/a//b", true},
                              Case{"/a//b", "/a/b", false},
                              Case{"/cart", "*", false},
                              Case{"/cart", "cart", false},
                              Case{"/cart", "", false}};
  for (const auto& c : kCases) {
    SCOPED_TRACE(fmt::format("{} on {}", c.path, c.target));
    EXPECT_EQ(matches_one(fmt::format("path: {}", c.path), "GET", c.target), c.want);
  }
}

TEST(Matcher, PutsLiteralsAndParametersTogetherInConfigurationOrder) {
  const auto rules = compile({"path: /cart/:id", "method: POST", "path: /cart/7", "path: /:a/:b",
                              "path: /cart/:other", "method: GET", "listener: shop"});

  EXPECT_EQ(match(rules, "GET", "/cart/7"), (std::vector<uint32_t>{0, 2, 3, 4, 5, 6}));
  EXPECT_EQ(match(rules, "POST", "/cart/8"), (std::vector<uint32_t>{0, 1, 3, 4, 6}));
  EXPECT_EQ(match(rules, "POST", "/x/8"), (std::vector<uint32_t>{1, 3, 6}));
  EXPECT_EQ(match(rules, "PUT", "/x"), (std::vector<uint32_t>{6}));
}

TEST(Matcher, GivesAllRulesThatAskNothingToEveryRequest) {
  const auto all = compile({"", ""});
  const auto mixed = compile({"", "method: GET", ""});
  const auto late = compile({"", "status: 5xx"});

  for (const std::string_view target : {"/", "/a/b?c", "*", "http://h/x", ""}) {
    EXPECT_EQ(match(all, "GET", target), (std::vector<uint32_t>{0, 1})) << target;
    EXPECT_EQ(match(mixed, "POST", target), (std::vector<uint32_t>{0, 2})) << target;
    EXPECT_EQ(match(mixed, "GET", target), (std::vector<uint32_t>{0, 1, 2})) << target;
    EXPECT_EQ(match(late, "POST", target), (std::vector<uint32_t>{0, 1})) << target;
  }
  EXPECT_FALSE(late.needs_response(0));
  EXPECT_TRUE(late.needs_response(1)) << "the status is asked for later";
}

TEST(Matcher, ComparesMethodsExactly) {
  EXPECT_TRUE(matches_one("method: GET", "GET", "/"));
  EXPECT_FALSE(matches_one("method: GET", "HEAD", "/"));
  EXPECT_FALSE(matches_one("method: GET", "get", "/"));
  EXPECT_TRUE(matches_one("method: [GET, HEAD]", "HEAD", "/"));
  EXPECT_TRUE(matches_one("method: get", "GET", "/"));  // written small, meant large
}

TEST(Matcher, TellsMoreMethodsApartThanItHasBits) {
  std::vector<std::string> sections;
  for (int i = 0; i < 70; ++i) sections.push_back(fmt::format("method: M{}", i));
  const auto rules = compile(sections);

  for (uint32_t i = 0; i < 70; ++i) {
    EXPECT_EQ(match(rules, fmt::format("M{}", i), "/"), std::vector<uint32_t>{i});
  }
  EXPECT_TRUE(match(rules, "M70", "/").empty());
}

TEST(Matcher, AsksHeadersForValuesOrPresence) {
  const Fields fields{{"Host", "x"}, {"X-Team", "red"}, {"x-team", "blue"}, {"Empty", ""}};

  EXPECT_TRUE(matches_one("headers: { X-TEAM: blue }", "GET", "/", fields));
  EXPECT_TRUE(matches_one("headers: { x-team: red, host: x }", "GET", "/", fields));
  EXPECT_FALSE(matches_one("headers: { x-team: Blue }", "GET", "/", fields));
  EXPECT_FALSE(matches_one("headers: { x-team: blue, host: y }", "GET", "/", fields));
  EXPECT_TRUE(matches_one("headers: { empty: '*' }", "GET", "/", fields));
  EXPECT_TRUE(matches_one("headers: { empty: '' }", "GET", "/", fields));
  EXPECT_FALSE(matches_one("headers: { absent: '*' }", "GET", "/", fields));
  EXPECT_FALSE(matches_one("headers: { absent: '' }", "GET", "/", fields));
}

TEST(Matcher, KeepsRulesApartThatAskForTheSameOrManyHeaders) {
  std::vector<std::string> sections{"headers: { x-0: a }", "headers: { x-0: b }",
                                    "headers: { x-0: '*', x-1: '*' }"};
  for (int i = 0; i < 70; ++i) sections.push_back(fmt::format("headers: {{ x-{}: v }}", i));
  const auto rules = compile(sections);

  EXPECT_EQ(match(rules, "GET", "/", {{"x-0", "a"}}), (std::vector<uint32_t>{0}));
  EXPECT_EQ(match(rules, "GET", "/", {{"x-0", "b"}, {"X-1", "v"}}),
            (std::vector<uint32_t>{1, 2, 4}));
  for (uint32_t i = 2; i < 70; ++i) {
    const auto name = fmt::format("x-{}", i);
    EXPECT_EQ(match(rules, "GET", "/", {{name, "v"}}), (std::vector<uint32_t>{i + 3}));
    EXPECT_TRUE(match(rules, "GET", "/", {{name, "w"}}).empty());
  }
}

TEST(Matcher, ComparesQueryParametersDecoded) {
  EXPECT_TRUE(matches_one("query: { q: 'a b' }", "GET", "/?q=a%20b"));
  EXPECT_TRUE(matches_one("query: { q: 'a b' }", "GET", "/?x=1&q=a+b"));
  EXPECT_TRUE(matches_one("query: { 'a b': 1 }", "GET", "/?a%20b=1"));
  EXPECT_TRUE(matches_one("query: { q: '2' }", "GET", "/?q=1&q=2"));
  EXPECT_TRUE(matches_one("query: { q: '*' }", "GET", "/?q"));
  EXPECT_TRUE(matches_one("query: { q: '' }", "GET", "/?q"));
  EXPECT_FALSE(matches_one("query: { q: '*' }", "GET", "/?qq=1&x=q"));
  EXPECT_FALSE(matches_one("query: { q: '1' }", "GET", "/?q=11"));
  EXPECT_FALSE(matches_one("query: { q: '11' }", "GET", "/?q=1"));
  EXPECT_FALSE(matches_one("query: { q: '*' }", "GET", "/"));
}

TEST(Matcher, DecodesLikeThePercentDecoder) {
  for (const std::string_view raw :
       {"", "a", "%41", "%4", "%", "%zz", "+", "%2B+", "a%00b", "%e9"}) {
    SCOPED_TRACE(raw);
    EXPECT_TRUE(decoded_equals(raw, percent_decode(raw, true)));
    EXPECT_FALSE(decoded_equals(raw, percent_decode(raw, true) + "x"));
    EXPECT_FALSE(decoded_equals(std::string(raw) + "x", percent_decode(raw, true)));
  }
}

TEST(Matcher, ComparesMediaTypesWithoutParameters) {
  const auto has = [](std::string_view value, std::string_view wanted) {
    const Fields fields{{"Content-Type", value}};
    return has_media_type(FieldLookup(fields), wanted);
  };
  EXPECT_TRUE(has("application/json", "application/json"));
  EXPECT_TRUE(has("Application/JSON ; charset=utf-8", "application/json"));
  EXPECT_TRUE(has("text/html", "text/*"));
  EXPECT_TRUE(has("text/html", "*/*"));
  EXPECT_FALSE(has("text", "text/*"));
  EXPECT_FALSE(has("textual/html", "text/*"));
  EXPECT_FALSE(has("application/json5", "application/json"));
  EXPECT_FALSE(has_media_type(FieldLookup(), "*/*"));
}

TEST(Matcher, LeavesResponsePredicatesForTheResponse) {
  const auto rules = compile({"status: [404, 5xx]",
                              "content_type: application/json, direction: "
                              "response",
                              "path: /x"});
  const Fields json{{"content-type", "application/json"}};
  const Fields html{{"content-type", "text/html"}};

  EXPECT_EQ(match(rules, "GET", "/x"), (std::vector<uint32_t>{0, 1, 2}));
  EXPECT_TRUE(rules.needs_response(0));
  EXPECT_TRUE(rules.needs_response(1));
  EXPECT_FALSE(rules.needs_response(2));
  EXPECT_TRUE(rules.match_response(0, {404, FieldLookup(html)}));
  EXPECT_TRUE(rules.match_response(0, {500, FieldLookup(html)}));
  EXPECT_TRUE(rules.match_response(0, {599, FieldLookup(html)}));
  EXPECT_FALSE(rules.match_response(0, {403, FieldLookup(html)}));
  EXPECT_FALSE(rules.match_response(0, {200, FieldLookup(json)}));
  EXPECT_TRUE(rules.match_response(1, {200, FieldLookup(json)}));
  EXPECT_FALSE(rules.match_response(1, {200, FieldLookup(html)}));
  EXPECT_TRUE(rules.match_response(2, {200, FieldLookup(html)}));
}

TEST(Matcher, AsksTheRequestForTheTypeOfARequestFault) {
  const Fields json{{"content-type", "application/json"}};
  const auto rules = compile({"content_type: application/json, direction: request"});

  EXPECT_FALSE(rules.needs_response(0));
  EXPECT_EQ(match(rules, "POST", "/", json), (std::vector<uint32_t>{0}));
  EXPECT_TRUE(match(rules, "POST", "/").empty());
}

TEST(Matcher, KeepsListenersApart) {
  const std::vector<std::string> sections{"listener: shop", "listener: db", "listener: [db, shop]",
                                          "", "path: /x"};
  const auto shop = compile(sections, 0);
  const auto db = compile(sections, 1);
  std::vector<uint32_t> connection;

  EXPECT_EQ(match(shop, "GET", "/x"), (std::vector<uint32_t>{0, 2, 3, 4}));
  EXPECT_FALSE(shop.match_connection(connection));
  EXPECT_TRUE(match(db, "GET", "/x").empty());
  EXPECT_TRUE(db.match_connection(connection));
  EXPECT_EQ(connection, (std::vector<uint32_t>{1, 2, 3}));
}

TEST(Matcher, LeavesHttpFaultsOutOfTcpListeners) {
  const auto db = compile({""}, 1, "{ abort: {} }");
  std::vector<uint32_t> connection{99};

  EXPECT_TRUE(db.empty());
  EXPECT_FALSE(db.match_connection(connection));
  EXPECT_TRUE(connection.empty());
}

TEST(Matcher, NeedsNoMemoryWhenNothingMatches) {
  const auto rules = compile({"path: /a", "method: PUT", "headers: { x: y }"});
  std::vector<uint32_t> out;
  const Fields fields{{"host", "x"}};

  EXPECT_FALSE(rules.match_request({"GET", "/b?q=1", FieldLookup(fields)}, out));
  EXPECT_EQ(out.capacity(), 0U);
  EXPECT_TRUE(compile({}).empty());
}

}  // namespace
}  // namespace faultline::rules

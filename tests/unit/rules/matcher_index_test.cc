// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/message_view.h"
#include "proxy/base/random.h"
#include "proxy/base/uri.h"
#include "rules/matcher.h"
#include "rules/path_template.h"
#include "rules/text_predicates.h"
#include "tests/unit/rules/load_support.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::rules {
namespace {

using Fields = std::vector<FieldView>;

// What the matcher must answer: every rule is asked every predicate, one after the other.
bool accepts(const RuleConfig& rule, const RequestFacts& request) {
  const auto& match = rule.match;
  const auto target = split_target(request.target);
  const bool takes_method =
      match.methods.empty() || std::any_of(match.methods.begin(), match.methods.end(),
                                           [&](const auto& m) { return m == request.method; });
  const bool has_headers =
      std::all_of(match.headers.begin(), match.headers.end(),
                  [&](const auto& header) { return has_field(request.fields, header); });
  const bool has_query = std::all_of(
      match.query.begin(), match.query.end(),
      [&](const auto& parameter) { return has_query_parameter(target.query, parameter); });
  const bool has_type = !match.content_type || acting_side(rule.fault) == Side::Response ||
                        has_media_type(request.fields, *match.content_type);
  return takes_method && has_headers && has_query && has_type &&
         (!match.path || matches_path(*match.path, target.path));
}

std::vector<uint32_t> one_by_one(const Config& config, const RequestFacts& request) {
  std::vector<uint32_t> out;
  for (uint32_t i = 0; i < config.rules.size(); ++i) {
    if (accepts(config.rules[i], request)) out.push_back(i);
  }
  return out;
}

// Picks from small vocabularies, so that rules share predicates and requests meet them often.
class Dice {
 public:
  explicit Dice(uint64_t seed) : seed_(seed) {}
  size_t below(size_t count) {
    return random::scale(random::mix(seed_ + ++draws_ * random::kGolden), count);
  }
  bool once_in(size_t count) { return below(count) == 0; }
  template <size_t kSize>
  std::string_view of(const std::array<std::string_view, kSize>& words) {
    return words[below(kSize)];
  }

 private:
  uint64_t seed_;
  uint64_t draws_ = 0;
};

constexpr std::array<std::string_view, 5> kMethods{"GET", "POST", "PUT", "M-1", "get"};
constexpr std::array<std::string_view, 6> kPaths{"/",    "/a",    "/a/:id",
                                                 "/a/b", "/:x/b", "/a/:other/c"};
constexpr std::array<std::string_view, 9> kTargets{"/",      "/a", "/a/b",  "/a/7", "/z/b",
                                                   "/a/7/c", "*",  "/a/b/", ""};
constexpr std::array<std::string_view, 4> kNames{"x-a", "x-bc", "accept", "q"};
constexpr std::array<std::string_view, 4> kSpelled{"X-A", "x-bC", "accept", "Q"};
constexpr std::array<std::string_view, 5> kValues{"'*'", "''", "red", "'b c'", "'100%'"};
constexpr std::array<std::string_view, 6> kSent{"",    "red",  "b c",
                                                "Red", "100%", "a far longer one"};
constexpr std::array<std::string_view, 7> kQueries{"x-a=red", "q",       "q=b+c",  "x%2Dbc=%72ed",
                                                   "q=100%",  "accept=", "q=b%20c"};
constexpr std::array<std::string_view, 4> kTypes{"application/json", "'*/*'", "text/*",
                                                 "text/html"};
constexpr std::array<std::string_view, 5> kSentTypes{"application/JSON; charset=x", "text/html",
                                                     "text/css ;a", "text", ""};

std::string texts(Dice& dice) {
  std::string all;
  const size_t count = 1 + dice.below(2);
  const size_t first = dice.below(kNames.size());
  for (size_t i = 0; i < count; ++i) {
    all += fmt::format("{}{}: {}", i == 0 ? "" : ", ", kNames[(first + i) % kNames.size()],
                       dice.of(kValues));
  }
  return all;
}

std::string match_section(Dice& dice) {
  std::string out;
  const auto add = [&out](std::string part) { out += (out.empty() ? "" : ", ") + std::move(part); };
  if (dice.once_in(3)) add(fmt::format("method: {}", dice.of(kMethods)));
  if (dice.once_in(2)) add(fmt::format("path: {}", dice.of(kPaths)));
  if (dice.once_in(2)) add(fmt::format("headers: {{ {} }}", texts(dice)));
  if (dice.once_in(3)) add(fmt::format("query: {{ {} }}", texts(dice)));
  if (dice.once_in(4)) {
    add(fmt::format("content_type: {}, direction: {}", dice.of(kTypes),
                    dice.once_in(3) ? "response" : "request"));
  }
  return out;
}

std::shared_ptr<const Config> random_rules(Dice& dice, size_t count) {
  std::string text = "rules:\n";
  for (size_t i = 0; i < count; ++i) {
    text +=
        fmt::format("  - {{ name: r{}, match: {{ {} }}, fault: {{ latency: {{ fixed: 1s }} }} }}\n",
                    i, match_section(dice));
  }
  return load_good(with_listeners(text));
}

struct Request {
  std::string method;
  std::string target;
  Fields fields;
};

Request random_request(Dice& dice) {
  Request request{std::string(dice.of(kMethods)), std::string(dice.of(kTargets)), {}};
  for (size_t i = dice.below(4); i > 0; --i) {
    request.target += request.target.find('?') == std::string::npos ? '?' : '&';
    request.target += dice.of(kQueries);
  }
  for (size_t i = dice.below(4); i > 0; --i) {
    request.fields.push_back({dice.of(kSpelled), dice.of(kSent)});
  }
  if (dice.once_in(2)) request.fields.push_back({"Content-Type", dice.of(kSentTypes)});
  return request;
}

TEST(MatcherIndex, AnswersWhatAskingEveryRuleWouldAnswer) {
  size_t matches = 0;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    Dice dice(seed);
    const auto config = random_rules(dice, 1 + dice.below(60));
    const CompiledRules rules(config, 0);
    for (int i = 0; i < 200; ++i) {
      const Request request = random_request(dice);
      const RequestFacts facts{request.method, request.target, FieldLookup(request.fields)};
      SCOPED_TRACE(fmt::format("seed {}, request {}: {} {}", seed, i, facts.method, facts.target));
      std::vector<uint32_t> out{99};

      rules.match_request(facts, out);

      ASSERT_EQ(out, one_by_one(*config, facts));
      matches += out.size();
    }
  }
  EXPECT_GT(matches, 10'000U) << "the vocabularies are too far apart to test anything";
}

TEST(MatcherIndex, NamesARuleOnceHoweverOftenItsTextIsRepeated) {
  const CompiledRules rules(
      load_good(with_listeners(
          "rules:\n"
          "  - { name: r0, match: { query: { a: 1, b: 2 } }, fault: { latency: { fixed: 1s } } }\n"
          "  - { name: r1, match: { headers: { x: y } }, fault: { latency: { fixed: 1s } } }\n"
          "  - { name: r2, match: { headers: { x: y } }, fault: { latency: { fixed: 1s } } }\n")),
      0);
  std::string target = "/?b=2";
  Fields fields;
  for (int i = 0; i < 50; ++i) {
    target += "&a=1";
    fields.push_back({"X", "y"});
  }
  std::vector<uint32_t> out;

  rules.match_request({"GET", target, FieldLookup(fields)}, out);

  EXPECT_EQ(out, (std::vector<uint32_t>{0, 1, 2}));
}

TEST(PathTemplate, TakesThePathsThatTheTrieTakes) {
  for (const std::string_view text : kPaths) {
    const auto path = parse_path_template(text);
    ASSERT_TRUE(path);
    const CompiledRules rules(
        load_good(with_listeners(fmt::format("rules: [ {{ name: r, match: {{ path: {} }}, fault: "
                                             "{{ latency: {{ fixed: 1s }} }} }} ]",
                                             text))),
        0);
    for (const std::string_view target : kTargets) {
      SCOPED_TRACE(fmt::format("{} on {}", text, target));
      std::vector<uint32_t> out;
      EXPECT_EQ(matches_path(*path, split_target(target).path),
                rules.match_request({"GET", target, {}}, out));
    }
  }
}

}  // namespace
}  // namespace faultline::rules

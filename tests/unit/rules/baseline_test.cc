// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/baseline.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace faultline::rules {
namespace {

BaselineLoad load(const std::string& text) {
  return load_baseline(std::make_shared<const SourceFile>("known.yaml", text));
}

/// The complaints, one per line: file:line:column and message.
std::string problems(const std::string& text) {
  const BaselineLoad loaded = load(text);
  EXPECT_FALSE(loaded.baseline.has_value());
  std::string lines;
  for (const auto& diagnostic : loaded.diagnostics) {
    lines += render_diagnostic_short(diagnostic) + "\n";
  }
  return lines;
}

constexpr std::string_view kHead = "version: 1\nfingerprint_version: 1\n";

BaselineEntry entry(const std::string& fingerprint) {
  BaselineEntry made;
  made.fingerprint = fingerprint;
  made.rule = "http.response.body.type";
  made.operation = "GET /items/{id}";
  made.direction = "response";
  made.where = "body /items/*/\"age\"";
  made.reason = "the old client: sends\n texts # SHOP-17";
  made.accepted = *Date::parse("2026-11-21");
  return made;
}

TEST(Baseline, ReadsBackWhatItWrites) {
  Baseline baseline;
  baseline.accepted = {entry("ffffffffffffffff"), entry("0123456789abcdef")};
  baseline.accepted[0].owner = "shop team";
  baseline.accepted[0].expires = *Date::parse("2027-02-28");
  baseline.fixed = {entry("1111111111111111")};
  baseline.fixed[0].fixed = *Date::parse("2026-12-01");
  baseline.fixed[0].returns = 3;

  const std::string text = baseline_yaml(baseline);
  const BaselineLoad loaded = load(text);

  ASSERT_TRUE(loaded.baseline.has_value()) << text;
  EXPECT_EQ(baseline_yaml(*loaded.baseline), text);
  ASSERT_EQ(loaded.baseline->accepted.size(), 2U);
  const BaselineEntry& first = loaded.baseline->accepted[0];
  EXPECT_EQ(first.fingerprint, "0123456789abcdef");
  EXPECT_EQ(first.reason, entry("").reason);
  EXPECT_EQ(first.where, entry("").where);
  EXPECT_EQ(first.expires, std::nullopt);
  EXPECT_EQ(loaded.baseline->find_accepted("ffffffffffffffff")->owner, "shop team");
  EXPECT_EQ(loaded.baseline->find_accepted("ffffffffffffffff")->expires->text(), "2027-02-28");
  EXPECT_EQ(loaded.baseline->find_fixed("1111111111111111")->fixed->text(), "2026-12-01");
  EXPECT_EQ(loaded.baseline->find_fixed("1111111111111111")->returns, 3U);
  EXPECT_EQ(loaded.baseline->find_accepted("0123456789abcdef")->returns, 0U);
  EXPECT_EQ(loaded.baseline->find_accepted("1111111111111111"), nullptr);
}

TEST(Baseline, TakesDatesAsPeopleWriteThem) {
  const BaselineLoad loaded = load(std::string(kHead) + R"(accepted:
  - { fingerprint: abcdefabcdefabcd, rule: r, direction: request, reason: because,
      accepted: 2026-11-21, expires: 2026-11-22 }
)");

  ASSERT_TRUE(loaded.baseline.has_value());
  const BaselineEntry& known = loaded.baseline->accepted.at(0);
  EXPECT_FALSE(known.is_expired(*Date::parse("2026-11-22"))) << "the last day still counts";
  EXPECT_TRUE(known.is_expired(*Date::parse("2026-11-23")));
}

TEST(Baseline, NamesEveryMistakeWithItsPlace) {
  EXPECT_EQ(problems("[]"), "known.yaml:1:1: error: the file is not a mapping\n");
  EXPECT_EQ(problems("version: 2\nfingerprint_version: 0\n"),
            "known.yaml:1:10: error: version is not 1\n"
            "known.yaml:2:22: error: fingerprint_version is not 1\n");
  EXPECT_EQ(problems(std::string(kHead) + "acepted: []\nfixed: 7\n"),
            "known.yaml:3:1: error: unknown key 'acepted'\n"
            "known.yaml:4:8: error: 'fixed' is not a list\n");
  EXPECT_EQ(problems(std::string(kHead) + R"(accepted:
  - fingerprint: 0123456789ABCDEF
    rule: r
    direction: sideways
    reason: "  "
    accepted: 2026-02-30
  - 7
  - { fingerprint: aaaaaaaaaaaaaaaa, direction: request, reason: r, accepted: 2026-01-01, due: x }
fixed:
  - { fingerprint: aaaaaaaaaaaaaaaa, rule: r, direction: request, reason: r, accepted: 2026-01-01 }
)"),
            "known.yaml:4:18: error: a fingerprint is 16 lower-case hex digits\n"
            "known.yaml:6:16: error: a direction is request or response\n"
            "known.yaml:7:13: error: 'reason' is not a text with a word in it\n"
            "known.yaml:8:15: error: '2026-02-30' is not a day such as 2026-11-21\n"
            "known.yaml:9:5: error: an entry is not a mapping\n"
            "known.yaml:10:91: error: unknown key 'due'\n"
            "known.yaml:10:5: error: missing key 'rule'\n"
            "known.yaml:12:20: error: the fingerprint stands here twice\n"
            "known.yaml:12:5: error: missing key 'fixed'\n");
}

TEST(Baseline, TakesNothingButACountForReturns) {
  for (const char* returns : {"-1", "1.5", "often", "4294967296"}) {
    SCOPED_TRACE(returns);
    EXPECT_EQ(problems(std::string(kHead) +
                       "accepted: [ { fingerprint: aaaaaaaaaaaaaaaa, rule: r, direction: request, "
                       "reason: r,\n  accepted: 2026-01-01, returns: " +
                       returns + " } ]\n"),
              "known.yaml:4:34: error: 'returns' is not a count\n");
  }
}

TEST(Baseline, ReportsATextThatIsNoYaml) {
  EXPECT_TRUE(problems("accepted: [").starts_with("known.yaml:")) << problems("accepted: [");
}

TEST(Date, KnowsTheCalendar) {
  EXPECT_EQ(Date::parse("1970-01-01")->days, 0);
  EXPECT_EQ(Date::parse("2024-02-29")->text(), "2024-02-29");
  EXPECT_EQ(Date::of(WallTime{1'795'252'504'000'000'000}).text(), "2026-11-21");
  EXPECT_EQ(Date::of(WallTime{-1}).text(), "1969-12-31");
  for (const char* text : {"2023-02-29", "2026-13-01", "2026-00-10", "2026-1-01", "26-01-01",
                           "2026/01/01", "2026-01-32", "2026-01-0x", ""}) {
    EXPECT_FALSE(Date::parse(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace faultline::rules

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/unit/cli/cli_support.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>

namespace faultline::cli {
namespace {

using nlohmann::json;

constexpr std::string_view kContract = R"(openapi: 3.0.3
info: { title: shop, version: '1' }
paths:
  /items:
    get:
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema:
                type: object
                properties: { id: { type: integer }, name: { type: string } }
)";

std::string har(const std::string& body) {
  const json entry = {
      {"request", {{"method", "GET"}, {"url", "http://shop.example/items"}}},
      {"response",
       {{"status", 200},
        {"headers", json::array({{{"name", "Content-Type"}, {"value", "application/json"}}})},
        {"content", {{"text", body}}}}}};
  return json{{"log", {{"version", "1.2"}, {"entries", json::array({entry})}}}}.dump();
}

/// A contract, a baseline file and recordings with one broken member each.
class Baseline : public ::testing::Test {
 protected:
  /// Checks one answer; the folder of the run is in folder_.
  Ran check(const std::string& body, bool with_baseline = true) {
    const std::string runs = world_.path("runs" + std::to_string(++runs_));
    std::vector<std::string> words{
        "check", "--contract", contract_, world_.write("traffic.har", har(body)), "-o", runs};
    if (with_baseline) words.insert(words.end(), {"--baseline", file_});
    const Ran ran = world_.run(words);
    folder_ = world_.only_folder(runs);
    return ran;
  }
  Ran baseline(std::vector<std::string> words) {
    words.insert(words.begin(), "baseline");
    words.insert(words.end(), {"--baseline", file_});
    return world_.run(words);
  }

  CliWorld world_;
  std::string contract_ = world_.write("shop.yaml", kContract);
  std::string file_ = world_.path("known.yaml");
  std::string folder_;
  int runs_ = 0;
};

constexpr const char* kBadId = R"({"id":"x"})";
constexpr const char* kBadBoth = R"({"id":"x","name":7})";
constexpr const char* kGood = R"({"id":1})";

TEST_F(Baseline, LetsKnownFindingsPassAndNewOnesFail) {
  ASSERT_EQ(check(kBadId, false).code, kFindings);
  const Ran accepted = baseline({"accept", folder_, "--reason", "SHOP-17", "--owner", "shop team"});
  ASSERT_EQ(accepted.code, kDone) << accepted.err;
  EXPECT_EQ(accepted.err, file_ + ": 1 accepted\n");

  const Ran known = check(kBadId);
  const std::string known_folder = folder_;
  const Ran fresh = check(kBadBoth);

  EXPECT_EQ(known.code, kDone) << known.err;
  const json report = json::parse(world_.read(known_folder + "/findings.json"), nullptr, false);
  const json& finding = report.at("findings").at(0);
  EXPECT_EQ(finding.at("baseline"), "known");
  EXPECT_EQ(finding.at("status"), "accepted");
  EXPECT_EQ(finding.at("acceptance").at("reason"), "SHOP-17");
  EXPECT_EQ(fresh.code, kFindings);
  EXPECT_NE(fresh.err.find("1 natural finding at or above error: 1 new, 0 regressed"),
            std::string::npos)
      << fresh.err;
}

TEST_F(Baseline, FollowsAFindingThroughItsLife) {
  ASSERT_EQ(check(kBadId, false).code, kFindings);
  ASSERT_EQ(baseline({"accept", folder_, "--reason", "SHOP-17"}).code, kDone);

  // Gone: the report says so, and prune notes it.
  ASSERT_EQ(check(kGood).code, kDone);
  const json diff = json::parse(world_.read(folder_ + "/contract-diff.json"), nullptr, false);
  ASSERT_EQ(diff.at("baseline").at("fixed").size(), 1U);
  EXPECT_EQ(diff.at("baseline").at("fixed")[0].at("where"), "body /id");
  const Ran pruned = baseline({"prune", folder_});
  EXPECT_EQ(pruned.code, kDone) << pruned.err;
  EXPECT_NE(pruned.err.find("1 fixed, 0 accepted"), std::string::npos) << pruned.err;

  // Back: a regression, which fails.
  const Ran back = check(kBadId);
  EXPECT_EQ(back.code, kFindings);
  EXPECT_NE(back.err.find("0 new, 1 regressed"), std::string::npos) << back.err;

  // Accepted again, then forgotten.
  ASSERT_EQ(baseline({"accept", folder_, "--reason", "once more"}).code, kDone);
  ASSERT_EQ(check(kGood).code, kDone);
  ASSERT_EQ(baseline({"prune", folder_, "--forget"}).code, kDone);
  EXPECT_NE(check(kBadId).err.find("1 new, 0 regressed"), std::string::npos);
}

TEST_F(Baseline, CallsFlappingWhatComesBackAgainAndAgain) {
  ASSERT_EQ(check(kBadId, false).code, kFindings);
  std::vector<bool> is_flapping;
  std::vector<uint64_t> returns;

  for (int round = 0; round < 3; ++round) {
    ASSERT_EQ(baseline({"accept", folder_, "--reason", "SHOP-17"}).code, kDone);
    ASSERT_EQ(check(kGood).code, kDone);
    ASSERT_EQ(baseline({"prune", folder_}).code, kDone);
    ASSERT_EQ(check(kBadId).code, kFindings);
    const json report = json::parse(world_.read(folder_ + "/findings.json"), nullptr, false);
    is_flapping.push_back(report.at("findings").at(0).at("flapping"));
    returns.push_back(report.at("findings").at(0).at("returns"));
  }

  EXPECT_EQ(is_flapping, (std::vector<bool>{false, true, true}));
  EXPECT_EQ(returns, (std::vector<uint64_t>{1, 2, 3}));
  EXPECT_NE(world_.read(folder_ + "/analysis.md").find("flapping"), std::string::npos);
}

TEST_F(Baseline, AcceptsOneFindingByItsName) {
  ASSERT_EQ(check(kBadBoth, false).code, kFindings);

  EXPECT_EQ(baseline({"accept", folder_, "--reason", "r", "--finding", "FND-0001"}).code, kDone);
  const Ran unknown = baseline({"accept", folder_, "--reason", "r", "--finding", "FND-0009"});

  EXPECT_EQ(unknown.code, kUsage);
  EXPECT_EQ(unknown.err, "error: FND-0009 is not a finding of " + folder_ + "\n");
  EXPECT_NE(check(kBadBoth).err.find("1 new, 0 regressed"), std::string::npos);
}

TEST_F(Baseline, ListsWhatIsKnown) {
  ASSERT_EQ(check(kBadId, false).code, kFindings);
  ASSERT_EQ(baseline({"accept", folder_, "--reason", "SHOP-17", "--expires", "2999-01-01"}).code,
            kDone);

  const Ran text = baseline({"list"});
  const Ran data = baseline({"list", "--json"});

  EXPECT_EQ(text.code, kDone);
  EXPECT_NE(text.out.find("  accepted  2999-01-01  http.response.body.type  GET /items  body /id  "
                          "SHOP-17\n"),
            std::string::npos)
      << text.out;
  const json object = json::parse(data.out, nullptr, false);
  ASSERT_EQ(object.at("entries").size(), 1U);
  EXPECT_EQ(object.at("entries")[0].at("state"), "accepted");
}

TEST_F(Baseline, RefusesWhatItCannotUse) {
  ASSERT_EQ(check(kBadId, false).code, kFindings);

  EXPECT_EQ(baseline({"accept", folder_, "--reason", " "}).err,
            "error: --reason: say why these findings may stay\n");
  EXPECT_EQ(baseline({"accept", folder_, "--reason", "r", "--expires", "soon"}).err,
            "error: --expires: 'soon' is not a day such as 2026-11-21\n");
  EXPECT_EQ(baseline({"accept", folder_, "--reason", "r", "--expires", "1969-01-01"}).err,
            "error: --expires: 1969-01-01 has passed\n");
  EXPECT_EQ(baseline({"accept", world_.path("none"), "--reason", "r"}).code, kUsage);
  EXPECT_EQ(baseline({"list"}).code, kUsage) << "no file was made";
  EXPECT_FALSE(std::filesystem::exists(file_));

  static_cast<void>(
      world_.write("known.yaml", "version: 1\nfingerprint_version: 1\nacepted: []\n"));
  const Ran refused = check(kBadId);
  EXPECT_EQ(refused.code, kUsage);
  EXPECT_NE(refused.err.find(" --> " + file_ + ":3:1\n"), std::string::npos) << refused.err;
  EXPECT_EQ(folder_, "") << "a run folder was made";
}

TEST_F(Baseline, NamesTheMemberOfAReportThatWasDamaged) {
  ASSERT_EQ(check(kBadId, false).code, kFindings);
  static_cast<void>(std::filesystem::remove(folder_ + "/findings.json"));
  EXPECT_NE(baseline({"accept", folder_, "--reason", "r"}).err.find("findings.json"),
            std::string::npos);

  struct Case {
    std::string text;
    std::string err;
  };
  const Case cases[] = {
      {"[", "findings.json: "},
      {R"({"left_out":0,"findings":[{"id":7}]})", "findings.json: findings/0/id: want a string\n"},
      {R"({"left_out":-1,"findings":[]})", "findings.json: left_out: want a count\n"},
      {R"({"left_out":0})", "findings.json: findings: want an array\n"},
  };
  for (const Case& one : cases) {
    static_cast<void>(world_.write(
        std::filesystem::relative(folder_, world_.path("")).string() + "/findings.json", one.text));
    const Ran ran = baseline({"accept", folder_, "--reason", "r"});
    EXPECT_EQ(ran.code, kUsage) << one.text;
    EXPECT_NE(ran.err.find(one.err), std::string::npos) << ran.err;
  }
}

}  // namespace
}  // namespace faultline::cli

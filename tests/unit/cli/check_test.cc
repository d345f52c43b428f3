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
                type: array
                items:
                  type: object
                  required: [ id ]
                  properties: { id: { type: integer } }
)";

// One GET /items for each body.
std::string har(const std::vector<std::string>& bodies) {
  json entries = json::array();
  for (const auto& body : bodies) {
    entries.push_back(
        {{"startedDateTime", "2026-01-01T00:00:00.000Z"},
         {"time", 1},
         {"request",
          {{"method", "GET"},
           {"url", "http://shop.example/items"},
           {"httpVersion", "HTTP/1.1"},
           {"headers", json::array()}}},
         {"response",
          {{"status", 200},
           {"statusText", "OK"},
           {"httpVersion", "HTTP/1.1"},
           {"headers", json::array({{{"name", "Content-Type"}, {"value", "application/json"}}})},
           {"content",
            {{"size", body.size()}, {"mimeType", "application/json"}, {"text", body}}}}}});
  }
  return json{{"log", {{"version", "1.2"}, {"entries", entries}}}}.dump();
}

class Check : public ::testing::Test {
 protected:
  Ran check(const std::vector<std::string>& traffic, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{"check", "--contract", contract_};
    arguments.insert(arguments.end(), traffic.begin(), traffic.end());
    arguments.insert(arguments.end(), {"-o", runs_});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return world_.run(arguments);
  }

  CliWorld world_;
  std::string runs_ = world_.path("runs");
  std::string contract_ = world_.write("shop.yaml", kContract);
  std::string good_ = world_.write("good.har", har({R"([{"id":1}])", "[]"}));
  std::string bad_ = world_.write("bad.har", har({R"([{"id":1}])", R"([{"id":"x"}])"}));
};

TEST_F(Check, PassesTrafficThatKeepsTheContract) {
  const Ran ran = check({good_});

  const std::string folder = world_.only_folder(runs_);
  EXPECT_EQ(ran.code, kDone);
  EXPECT_EQ(ran.out, "");
  EXPECT_TRUE(
      ran.err.starts_with("  http      seen 4 = checked 4 + skipped 0 + dropped 0\n"
                          "  findings  0 natural, 0 injected\n"))
      << ran.err;
  EXPECT_NE(ran.err.find("  verdict   pass\n"), std::string::npos);
  EXPECT_TRUE(ran.err.ends_with("  report    " + folder + "/analysis.md\n")) << ran.err;
}

TEST_F(Check, FailsOnANaturalFinding) {
  const Ran ran = check({bad_});

  EXPECT_EQ(ran.code, kFindings);
  EXPECT_NE(ran.err.find("  findings  1 natural, 0 injected\n"), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("  verdict   FAIL\n"), std::string::npos);
  EXPECT_EQ((ran.out + ran.err).find('\x1b'), std::string::npos) << "colour without a terminal";
  const std::string folder = world_.only_folder(runs_);
  const auto findings = json::parse(world_.read(folder + "/findings.json"), nullptr, false);
  ASSERT_EQ(findings.at("findings").size(), 1U);
  EXPECT_EQ(findings.at("findings")[0].at("cause"), "natural");
  EXPECT_EQ(findings.at("findings")[0].at("operation"), "GET /items");
}

TEST_F(Check, WritesTheReportsOfARunAndNothingIntoTheJournal) {
  static_cast<void>(check({bad_}));

  const std::string folder = world_.only_folder(runs_);
  for (const char* file : {"manifest.json", "config.resolved.yaml", "env.signature.json",
                           "findings.json", "contract-diff.json", "stats.json", "errors.json",
                           "analysis.md", "junit.xml", "redaction-proof.json"}) {
    EXPECT_TRUE(std::filesystem::is_regular_file(folder + "/" + file)) << file;
  }
  EXPECT_FALSE(std::filesystem::exists(folder + "/journal"));
}

TEST_F(Check, AddsSeveralRecordingsUp) {
  const Ran ran = check({good_, bad_, good_});

  EXPECT_EQ(ran.code, kFindings);
  EXPECT_TRUE(ran.err.starts_with("  http      seen 12 = checked 12 + skipped 0 + dropped 0\n"))
      << ran.err;
}

TEST_F(Check, TakesOneFileForEachContractOption) {
  const std::string other = world_.write("other.yaml", R"(openapi: 3.0.3
info: { title: other, version: '1' }
paths: {}
)");

  EXPECT_EQ(
      world_.run({"check", "--contract", other, "--contract", contract_, bad_, "-o", runs_}).code,
      kFindings);
}

TEST_F(Check, FailsFromTheLevelItIsTold) {
  EXPECT_EQ(check({bad_}, {"--fail-on", "none"}).code, kDone);
  EXPECT_EQ(check({good_}, {"--fail-on", "note"}).code, kDone);
  EXPECT_EQ(check({bad_}, {"--fail-on", "never"}).code, kUsage);
}

TEST_F(Check, HoldsTheTrafficToTheGate) {
  struct Case {
    std::string name;
    std::vector<std::string> more;
    int code;
    std::string reason;
  };
  const std::string partly = world_.write("partly.yaml", R"(openapi: 3.0.3
info: { title: partly, version: '1' }
paths:
  /orders: { get: { responses: { '200': { description: ok } } } }
  /users: { get: { responses: { '200': { description: ok } } } }
)");
  const Case cases[] = {
      {"covered", {"--min-coverage", "100%"}, kDone, ""},
      {"a third of the operations",
       {"--contract", partly, "--min-coverage", "33.3333%"},
       kDone,
       ""},
      {"more than a third",
       {"--contract", partly, "--min-coverage", "33.3334%"},
       kFindings,
       "1 of 3 declared operations were checked, 33.3334% must be"},
      {"verifiable", {"--max-unverifiable", "0%"}, kDone, ""},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.name);
    const Ran ran = check({good_}, one.more);
    EXPECT_EQ(ran.code, one.code) << ran.err;
    EXPECT_NE(ran.err.find(one.reason), std::string::npos) << ran.err;
    std::filesystem::remove_all(runs_);
  }
}

TEST_F(Check, RefusesAShareThatIsNone) {
  const Ran ran = check({good_}, {"--min-coverage", "eighty"});

  EXPECT_EQ(ran.code, kUsage);
  EXPECT_EQ(ran.err, "error: --min-coverage: 'eighty' is not a share such as 80%, 0.5% or 0.8\n");
  EXPECT_EQ(world_.only_folder(runs_), "");
}

TEST_F(Check, NoTrafficFailsUnlessItIsAllowed) {
  const std::string empty = world_.write("empty.har", har({}));

  const Ran by_default = check({empty});
  std::filesystem::remove_all(runs_);
  const Ran allowed = check({empty}, {"--allow-no-traffic"});

  EXPECT_EQ(by_default.code, kFindings);
  EXPECT_NE(by_default.err.find("no message was checked"), std::string::npos) << by_default.err;
  EXPECT_EQ(allowed.code, kDone) << allowed.err;
}

TEST_F(Check, GivesProgramsOneObjectAndPeopleTheSameWords) {
  const Ran ran = check({bad_}, {"--json"});

  const auto object = json::parse(ran.out, nullptr, false);
  ASSERT_TRUE(object.is_object()) << ran.out;
  EXPECT_EQ(object.at("schema_version"), 1);
  EXPECT_EQ(object.at("exit_code"), kFindings);
  EXPECT_EQ(object.at("verdict"), "fail");
  EXPECT_EQ(object.at("findings"), json({{"natural", 1}, {"injected", 0}}));
  EXPECT_EQ(object.at("folder"), world_.only_folder(runs_));
  EXPECT_EQ(object.at("reasons").size(), 1U);
  EXPECT_NE(ran.err.find("verdict   FAIL"), std::string::npos);
}

TEST_F(Check, QuietLeavesOnlyTheExitCode) {
  const Ran ran = check({bad_}, {"--quiet"});

  EXPECT_EQ(ran.code, kFindings);
  EXPECT_EQ(ran.out + ran.err, "");
}

TEST_F(Check, TrafficThatCannotBeReadIsExitTwoAndLeavesNoFolder) {
  struct Case {
    std::string file;
    std::string err;
  };
  const Case cases[] = {
      {world_.path("none.har"),
       "error: cannot read " + world_.path("none.har") + ": no such file or folder\n"},
      {world_.write("text.har", "not a har"), "error: " + world_.path("text.har") + ": "},
      {world_.write("log.har", R"({"log":{"entries":[{"request":{}}]}})"),
       "error: " + world_.path("log.har") + ": har/log/entries/0/"},
  };
  for (const auto& [file, err] : cases) {
    const Ran ran = check({file});
    EXPECT_EQ(ran.code, kUsage) << file;
    EXPECT_TRUE(ran.err.starts_with(err)) << ran.err;
    EXPECT_EQ(world_.only_folder(runs_), "") << "left by " << file;
  }
}

TEST_F(Check, AContractThatCannotBeReadIsExitTwo) {
  const std::string missing = world_.path("none.yaml");
  const std::string wrong = world_.write("wrong.yaml", "openapi: 3.0.3\npaths: 7\n");

  const Ran unreadable = world_.run({"check", "--contract", missing, good_, "-o", runs_});
  const Ran refused = world_.run({"check", "--contract", wrong, good_, "-o", runs_});

  EXPECT_EQ(unreadable.code, kUsage);
  EXPECT_TRUE(unreadable.err.starts_with("error[FL4000]: cannot read " + missing +
                                         ": No such file or directory\n"))
      << unreadable.err;
  EXPECT_EQ(refused.code, kUsage);
  EXPECT_NE(refused.err.find(" --> " + wrong + ":2:8\n"), std::string::npos) << refused.err;
  EXPECT_EQ(world_.only_folder(runs_), "");
}

TEST_F(Check, AFolderThatCannotBeWrittenIsExitThree) {
  const std::string file = world_.write("taken", "");

  const Ran ran = world_.run({"check", "--contract", contract_, good_, "-o", file});

  EXPECT_EQ(ran.code, kEnvironment);
  EXPECT_TRUE(ran.err.starts_with("error: ")) << ran.err;
  EXPECT_NE(ran.err.find(file), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace faultline::cli

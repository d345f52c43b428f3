// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "tests/unit/cli/cli_support.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>

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
  const Ran never = check({bad_}, {"--fail-on", "never"});
  EXPECT_EQ(never.code, kUsage);
  EXPECT_EQ(never.err, "error: --fail-on: 'never' is not one of error, warning, note and none\n");
  EXPECT_EQ(check({bad_}, {"--fail-on", "error,violation=none"}).code, kDone);
  EXPECT_EQ(check({bad_}, {"--fail-on", "none,violation=error"}).code, kFindings);
  EXPECT_EQ(check({bad_}, {"--max-new", "0"}).code, kFindings);
  EXPECT_EQ(check({bad_}, {"--max-new", "1"}).code, kDone);
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
      {"half", {"--contract", partly, "--min-coverage", "50%"}, kDone, ""},
      {"more than half",
       {"--contract", partly, "--min-coverage", "50.0001%"},
       kFindings,
       "the traffic showed 4 of 8 declared things, 50.0001% must be seen"},
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
      {world_.path("none.har"), ": no such file or folder\n"},
      {world_.write("text.har", "not a har"), ":1:1: har: want an object\n"},
      {world_.write("log.har", "{\"log\":{\n\"entries\":[ {\"request\":{}}]}}"),
       ":2:13: har/log/entries/0/request/method: missing\n"},
      {world_.write("text.ndjson", "\n\nnot an exchange\n"), ":3: "},
  };
  for (const auto& [file, err] : cases) {
    const Ran ran = check({file});
    EXPECT_EQ(ran.code, kUsage) << file;
    EXPECT_TRUE(ran.err.starts_with("error: ")) << ran.err;
    EXPECT_NE(ran.err.find(file + err), std::string::npos) << ran.err;
    EXPECT_EQ(world_.only_folder(runs_), "") << "left by " << file;
  }
}

TEST_F(Check, ReportsWhatStandsBeforeACut) {
  std::string text = har({R"([{"id":1}])", R"([{"id":"x"}])", "[]"});
  text.resize(text.size() - 40);

  const Ran ran = check({world_.write("cut.har", text)});

  EXPECT_EQ(ran.code, kUsage) << "the evidence is incomplete";
  EXPECT_TRUE(ran.err.starts_with("error: " + world_.path("cut.har") +
                                  ":1:" + std::to_string(text.size() + 1) +
                                  ": har/log/entries/2: the file ends in the middle (2 entries "
                                  "before it)\n"))
      << ran.err;
  EXPECT_NE(ran.err.find("  http      seen 4 = checked 4 + skipped 0 + dropped 0\n"),
            std::string::npos)
      << ran.err;
  EXPECT_NE(ran.err.find("  findings  1 natural, 0 injected\n"), std::string::npos);
  const auto stats =
      json::parse(world_.read(world_.only_folder(runs_) + "/stats.json"), nullptr, false);
  EXPECT_EQ(stats.at("input_problems").at("count"), 1);
}

/// Exchanges as NDJSON: every third answer breaks the contract.
std::string lines(size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    const std::string id = i % 3 == 0 ? "\"x" + std::to_string(i) + "\"" : std::to_string(i);
    text +=
        R"({"t_ms":)" + std::to_string(i) + R"(,"request":{"method":"GET","target":"/items"},)" +
        R"("response":{"status":200,"headers":{"content-type":"application/json"},"json":[{"id":)" +
        id + "}]}}\n";
  }
  return text;
}

TEST_F(Check, ReadsExchangesLineByLine) {
  const Ran ran = check({world_.write("traffic.ndjson", lines(7))});

  EXPECT_EQ(ran.code, kFindings);
  EXPECT_TRUE(ran.err.starts_with("  http      seen 14 = checked 14 + skipped 0 + dropped 0\n"))
      << ran.err;
  const auto report =
      json::parse(world_.read(world_.only_folder(runs_) + "/findings.json"), nullptr, false);
  const auto& finding = report.at("findings").at(0);
  EXPECT_EQ(finding.at("count").at("messages"), 3);
  EXPECT_EQ(finding.at("first_seen").at("exchange"), world_.path("traffic.ndjson") + ":1");
  EXPECT_EQ(finding.at("last_seen").at("exchange"), world_.path("traffic.ndjson") + ":7");
  EXPECT_EQ(finding.at("last_seen").at("t_ns"), 6'000'000);
}

TEST_F(Check, TakesStandardInputOnce) {
  const Ran ran = check({"-", good_, "-"});

  EXPECT_EQ(ran.code, kUsage);
  EXPECT_EQ(ran.err, "error: '-' may stand for one recording only: standard input is read once\n");
}

TEST_F(Check, SaysHowMuchItDoesNotKeep) {
  json body = json::array();
  for (int i = 0; i < 100; ++i) body.push_back({{"id", "x"}});

  const Ran ran = check({world_.write("many.har", har({body.dump()}))});

  EXPECT_EQ(ran.code, kFindings);
  EXPECT_NE(ran.err.find("  findings  1 natural, 0 injected, 36 more disagreements not kept\n"),
            std::string::npos)
      << ran.err;
  const auto report =
      json::parse(world_.read(world_.only_folder(runs_) + "/findings.json"), nullptr, false);
  EXPECT_EQ(report.at("left_out"), 36);
}

TEST_F(Check, CountsThePlacesItDoesNotName) {
  std::string text = lines(1);
  for (int i = 0; i < 25; ++i) text += "\x01\x02\n";

  const Ran ran = check({world_.write("garbage.ndjson", text)});

  EXPECT_EQ(ran.code, kUsage);
  EXPECT_NE(ran.err.find("garbage.ndjson:21: "), std::string::npos) << ran.err;
  EXPECT_EQ(ran.err.find("garbage.ndjson:22: "), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("error: 5 more such places\n"), std::string::npos) << ran.err;
}

TEST_F(Check, GivesTheSameReportWithAnyNumberOfThreads) {
  // Several batches of several files, two of them with lines that cannot be read.
  std::string broken = lines(2500);
  broken.insert(broken.find('\n', broken.size() / 2) + 1, "{\"request\":7}\n");
  const std::vector<std::string> traffic{
      world_.write("a.ndjson", lines(6000)), world_.write("b.ndjson", broken),
      world_.write("c.har", har({R"([{"id":1}])", R"([{"id":true}])"})),
      world_.write("d.ndjson", "[]\n" + lines(300))};
  std::map<std::string, std::string> want;
  for (const char* threads : {"1", "4", "7", "4"}) {
    SCOPED_TRACE(threads);
    world_.fix_random_bytes();

    const Ran ran = check(traffic, {"--threads", threads, "--report", "sarif"});

    EXPECT_EQ(ran.code, kUsage) << "two places cannot be read";
    const std::string folder = world_.only_folder(runs_);
    std::map<std::string, std::string> got{{"(words)", ran.err}};
    for (const char* file : {"findings.json", "contract-diff.json", "stats.json", "errors.json",
                             "analysis.md", "junit.xml", "results.sarif", "manifest.json"}) {
      got[file] = world_.read(folder + "/" + file);
      EXPECT_NE(got[file], "") << file;
    }
    if (want.empty()) want = got;
    for (const auto& [file, text] : want) EXPECT_EQ(got[file], text) << file;
    std::filesystem::remove_all(runs_);
  }
}

/// The words behind "faultline" of the first command in a report.
std::vector<std::string> command_in(std::string_view report) {
  constexpr std::string_view kBegin = "  check     faultline ";
  const size_t begin = report.find(kBegin);
  if (begin == std::string_view::npos) return {};
  report.remove_prefix(begin + kBegin.size());
  std::vector<std::string> command;
  for (const auto word : split(report.substr(0, report.find('\n')), ' ')) {
    command.emplace_back(word);
  }
  return command;
}

TEST_F(Check, ReportsACommandThatRepeatsIt) {
  static_cast<void>(world_.write("item.yaml", "Item: { required: [ id ] }\n"));
  contract_ = world_.write("parts.yaml", R"(openapi: 3.0.3
info: { title: parts, version: '1' }
paths:
  /items:
    get:
      responses:
        '200':
          description: ok
          content: { application/json: { schema: { items: { $ref: "item.yaml#/Item" } } } }
)");
  const std::string traffic = world_.write("parts.har", har({"[{}]"}));
  ASSERT_EQ(check({traffic}).code, kFindings);
  const std::string folder = world_.only_folder(runs_);
  const auto findings = json::parse(world_.read(folder + "/findings.json"), nullptr, false);
  auto command = command_in(world_.read(folder + "/analysis.md"));
  ASSERT_FALSE(command.empty());
  EXPECT_EQ(command.back(), traffic) << "a check keeps no traffic of its own";

  std::filesystem::remove_all(runs_);
  command.insert(command.end(), {"-o", runs_});
  const Ran repeated = world_.run(command);
  EXPECT_EQ(repeated.code, kFindings) << repeated.err;
  const std::string again = world_.read(world_.only_folder(runs_) + "/findings.json");
  EXPECT_EQ(json::parse(again, nullptr, false).at("findings").at(0).at("fingerprint"),
            findings.at("findings").at(0).at("fingerprint"));
}

TEST_F(Check, ShowsNoValueOfTheTraffic) {
  const std::string secret = "ghp_Zebra0123456789abcdefghijABCDEFGHIJK";
  const std::string line =
      R"({"name":"as )" + secret + R"(","request":{"method":"GET","target":"/items"},)" +
      R"("response":{"status":200,"headers":{"content-type":"application/json"},"json":[{"id":")" +
      secret + "\"}]}}\n";

  const Ran ran = check({world_.write("secret.ndjson", line)}, {"--report", "sarif"});

  EXPECT_EQ(ran.code, kFindings) << ran.err;
  const std::string folder = world_.only_folder(runs_);
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    EXPECT_EQ(world_.read(entry.path().string()).find(secret), std::string::npos) << entry.path();
  }
}

TEST_F(Check, AddsToTheSummaryOfAStepOnGithub) {
  const std::string summary = world_.write("summary.md", "before\n");
  world_.environment["GITHUB_STEP_SUMMARY"] = summary;

  const Ran ran = check({bad_}, {"--report", "github", "--json"});

  EXPECT_EQ(world_.read(summary),
            "before\n" + world_.read(world_.only_folder(runs_) + "/analysis.md"));
  EXPECT_TRUE(json::parse(ran.out, nullptr, false).is_object()) << "one object and nothing else";
  EXPECT_NE(ran.err.find("::error file="), std::string::npos) << ran.err;
}

TEST_F(Check, WritesTheReportsItIsAskedFor) {
  const Ran ran = check({bad_}, {"--report", "sarif", "--report", "gitlab", "--report", "github"});

  const std::string folder = world_.only_folder(runs_);
  EXPECT_EQ(ran.out.find("::error file="), 0U) << ran.out;
  EXPECT_EQ(ran.out, world_.read(folder + "/github-annotations.txt"));
  const auto sarif = json::parse(world_.read(folder + "/results.sarif"), nullptr, false);
  ASSERT_TRUE(sarif.is_object());
  const auto& result = sarif.at("runs").at(0).at("results").at(0);
  EXPECT_EQ(result.at("locations")[0].at("physicalLocation").at("region").at("startLine"), 16);
  const auto gitlab = json::parse(world_.read(folder + "/gl-code-quality.json"), nullptr, false);
  ASSERT_EQ(gitlab.size(), 1U);
  EXPECT_EQ(gitlab[0].at("severity"), "major");
  EXPECT_EQ(check({bad_}, {"--report", "pdf"}).code, kUsage);
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

TEST_F(Check, AContractOfAHundredMegabytesIsRefusedAtOnce) {
  const std::string path = world_.write("huge.yaml", "openapi: 3.0.3\n");
  std::filesystem::resize_file(path, 100'000'000);

  const Ran ran = world_.run({"check", "--contract", path, good_, "-o", runs_});

  EXPECT_EQ(ran.code, kUsage);
  EXPECT_TRUE(ran.err.starts_with("error[FL4000]: " + path + " is larger than 67108864 bytes\n"))
      << ran.err;
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

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/validator.h"
#include "proxy/report/report.h"
#include "tests/unit/report/report_support.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>
#include <utility>
#include <vector>

// The writers for code hosts: SARIF, GitHub annotations, GitLab code quality; and the published
// schemas of the JSON reports.

namespace faultline::report {
namespace {

using nlohmann::json;
using test::empty_result;
using test::expect_golden;
using test::sample_result;

/// The sample run against a baseline that knows one finding and has two that are gone.
run::RunResult compared_result() {
  run::RunResult result = sample_result();
  rules::Baseline baseline;
  rules::BaselineEntry entry;
  entry.reason = "SHOP-17, 100%: \"old\" client";
  entry.owner = "shop";
  entry.operation = "GET /items";
  entry.direction = "response";
  entry.rule = "http.response.body.type";
  entry.where = "body /*/gone";
  entry.fingerprint = "00000000000000aa";
  baseline.accepted.push_back(entry);
  entry.operation = "DELETE /cart/{id}";
  entry.fingerprint = "00000000000000bb";
  baseline.accepted.push_back(entry);
  entry.fingerprint = result.findings.at(0).fingerprint;
  baseline.accepted.push_back(entry);
  result.findings_left_out = 0;
  result.baseline = run::compare_with_baseline(baseline, {result.traffic.coverage, false},
                                               rules::Date{20'000}, result.findings);
  result.baseline->file = "known.yaml";
  return result;
}

std::string sarif_of(const run::RunResult& result) {
  return results_sarif(result, run::compute_verdict(result, {})).view();
}

/// The errors of a JSON text under a schema file; empty when it is valid.
std::string schema_problems(const std::string& schema_path, const std::string& text) {
  namespace schema = contracts::json_schema;
  const auto loaded = schema::load_document(schema_path, test::read_text(schema_path));
  if (!loaded.document) return render_diagnostics(loaded.diagnostics);
  const auto compiled =
      schema::Validator::load(*loaded.document, {.dialect = schema::Dialect::Draft2020});
  if (!compiled.validator) return render_diagnostics(compiled.diagnostics);
  const auto document = faultline::json::Document::parse(text);
  if (!document) return document.error().message;
  schema::Report report;
  if (compiled.validator->collect(document->root(), report) == schema::Outcome::Valid) return {};
  std::string problems;
  for (const auto& error : report.errors) {
    problems += error.pointer + ": " + std::string(error.keyword) + "\n";
  }
  return problems.empty() ? "not valid" : problems;
}

TEST(Hosts, AreTheGoldenTexts) {
  for (const auto& [name, result] :
       {std::pair("everything", sample_result()), std::pair("compared", compared_result()),
        std::pair("nothing", empty_result())}) {
    const std::string prefix(name);
    SCOPED_TRACE(prefix);
    expect_golden(prefix + ".results.sarif", sarif_of(result));
    expect_golden(prefix + ".github-annotations.txt", github_annotations(result).view());
    expect_golden(prefix + ".gl-code-quality.json", gitlab_code_quality(result).view());
  }
  const run::RunResult compared = compared_result();
  expect_golden("compared.analysis.md",
                analysis_markdown(compared, run::compute_verdict(compared, {})).view());
  expect_golden("compared.contract-diff.json", contract_diff_json(compared).view());
}

TEST(Sarif, TiesEveryResultToItsRuleAndItsLine) {
  const run::RunResult result = compared_result();
  const json sarif = json::parse(sarif_of(result), nullptr, false);
  ASSERT_FALSE(sarif.is_discarded());
  const json& run = sarif.at("runs").at(0);
  const json& rules = run.at("tool").at("driver").at("rules");
  std::set<std::string> fingerprints;
  size_t absent = 0;
  size_t suppressed = 0;
  for (const json& one : run.at("results")) {
    EXPECT_EQ(rules.at(one.at("ruleIndex").get<size_t>()).at("id"), one.at("ruleId"));
    EXPECT_TRUE(
        fingerprints.insert(one.at("partialFingerprints").at("faultline/v1").get<std::string>())
            .second);
    if (one.at("baselineState") == "absent") {
      ++absent;
      continue;
    }
    if (!one.at("suppressions").empty()) ++suppressed;
    const json& place = one.at("locations").at(0).at("physicalLocation");
    EXPECT_EQ(place.at("artifactLocation").at("uri"), "shop.openapi.yaml");
    EXPECT_GE(place.at("region").at("startLine").get<int>(), 1);
  }
  EXPECT_EQ(run.at("results").size(), result.findings.size() + 1);
  EXPECT_EQ(absent, 1U) << "one is fixed; of the other nothing is known";
  EXPECT_EQ(suppressed, 2U) << "one is injected, one accepted";
}

TEST(Sarif, EscapesPathsAndNamesTheRestOfTooMany) {
  run::RunResult result = sample_result();
  result.findings_left_out = 3;
  run::Finding finding = result.findings.at(0);
  result.findings.assign(5001, finding);
  for (auto& one : result.findings) one.violation.contract.file = "/api/a b#c.yaml";

  const json sarif = json::parse(sarif_of(result), nullptr, false);

  const json& run = sarif.at("runs").at(0);
  EXPECT_EQ(run.at("results").size(), 5000U);
  EXPECT_EQ(run.at("invocations")[0].at("toolExecutionNotifications")[0].at("message").at("text"),
            "4 results omitted: too many for one file");
  EXPECT_EQ(run.at("results")[0].at("locations")[0].at("physicalLocation").at("artifactLocation"),
            json({{"uri", "file:///api/a%20b%23c.yaml"}}));
}

TEST(Sarif, IsValidByItsSchema) {
  const char* schema = std::getenv("SARIF_SCHEMA");
  if (schema == nullptr || *schema == '\0') {
    GTEST_SKIP() << "SARIF_SCHEMA is not set: see tests/conformance/sarif/fetch";
  }
  for (const auto& result : {sample_result(), compared_result(), empty_result()}) {
    EXPECT_EQ(schema_problems(schema, sarif_of(result)), "");
  }
  EXPECT_NE(schema_problems(schema, R"({"version":"2.1.0","runs":[{}]})"), "")
      << "the schema judges nothing";
}

TEST(Github, CannotBeBrokenOutOf) {
  run::RunResult result = sample_result();
  result.findings.resize(1);
  contracts::Violation& violation = result.findings[0].violation;
  violation.contract.file = "a,b:c%.yaml";
  violation.operation = "GET /x\n::warning::y\r";

  const std::string text = github_annotations(result).view();

  EXPECT_TRUE(
      text.starts_with("::error file=a%2Cb%3Ac%25.yaml,line=212,col=5,title="
                       "http.response.body.type::GET /x%0A::warning::y%0D: response body"))
      << text;
  EXPECT_EQ(text.find('\n'), text.size() - 1);
}

TEST(Github, IsTextWhateverTheTrafficHeld) {
  run::RunResult result = sample_result();
  result.findings.resize(1);
  contracts::Violation& violation = result.findings[0].violation;
  violation.contract.file = "\xFF.yaml";
  violation.pointer_template = std::string("a\xC3\x28\0\x1B[31m", 10);

  const std::string text = github_annotations(result).view();

  EXPECT_TRUE(text.starts_with("::error file=\xEF\xBF\xBD.yaml,")) << text;
  EXPECT_NE(text.find(" a\xEF\xBF\xBD(  [31m "), std::string::npos) << text;
}

TEST(Github, ShowsTenOfALevelAndCountsTheRest) {
  run::RunResult result = sample_result();
  const run::Finding finding = result.findings.at(0);
  result.findings.assign(10, finding);
  const std::string ten = github_annotations(result).view();
  result.findings.push_back(finding);
  const std::string eleven = github_annotations(result).view();

  EXPECT_EQ(std::count(ten.begin(), ten.end(), '\n'), 10);
  EXPECT_EQ(ten.find("more in"), std::string::npos);
  EXPECT_EQ(std::count(eleven.begin(), eleven.end(), '\n'), 10);
  EXPECT_TRUE(eleven.ends_with("::error title=faultline::2 more in the step summary\n")) << eleven;
}

TEST(Gitlab, LeavesOutWhatDoesNotCount) {
  const json list = json::parse(gitlab_code_quality(compared_result()).view(), nullptr, false);

  ASSERT_EQ(list.size(), 3U) << "of five one is injected, one accepted";
  for (const json& one : list) EXPECT_NE(one.at("severity"), "major");
}

TEST(Schemas, AreKeptByTheReports) {
  const std::string folder = FL_SOURCE_DIR "/proxy/report/schema/";
  for (const auto& result : {sample_result(), compared_result(), empty_result()}) {
    EXPECT_EQ(schema_problems(folder + "findings.schema.json", findings_json(result).view()), "");
    EXPECT_EQ(
        schema_problems(folder + "contract-diff.schema.json", contract_diff_json(result).view()),
        "");
  }
}

TEST(Schemas, RefuseWhatIsNotInThem) {
  const std::string folder = FL_SOURCE_DIR "/proxy/report/schema/";
  json findings = json::parse(findings_json(sample_result()).view(), nullptr, false);
  json diff = json::parse(contract_diff_json(compared_result()).view(), nullptr, false);
  const auto breaks = [&folder](const std::string& schema, const json& document) {
    return !schema_problems(folder + schema, document.dump()).empty();
  };

  for (const auto& [pointer, value] :
       {std::pair("/findings/0/severity", json("fatal")), std::pair("/findings/0/new", json(1)),
        std::pair("/findings/0/fingerprint", json("12")), std::pair("/schema_version", json(2)),
        std::pair("/findings/0/count/messages", json(-1))}) {
    json broken = findings;
    broken[json::json_pointer(pointer)] = value;
    EXPECT_TRUE(breaks("findings.schema.json", broken)) << pointer;
  }
  for (const auto& [pointer, value] :
       {std::pair("/baseline/fixed/0/reason", json(7)), std::pair("/more", json(1)),
        std::pair("/coverage/declared", json("3"))}) {
    json broken = diff;
    broken[json::json_pointer(pointer)] = value;
    EXPECT_TRUE(breaks("contract-diff.schema.json", broken)) << pointer;
  }
  EXPECT_FALSE(breaks("findings.schema.json", findings));
}

}  // namespace
}  // namespace faultline::report

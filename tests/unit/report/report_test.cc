// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/report/report.h"

#include "proxy/base/random.h"
#include "proxy/json/tape.h"
#include "proxy/run/run_state.h"
#include "proxy/tls/digest.h"
#include "tests/unit/report/report_support.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <stdlib.h>

namespace faultline::report {
namespace {

using test::empty_result;
using test::expect_golden;
using test::sample_result;

run::Verdict verdict_of(const run::RunResult& result) { return run::compute_verdict(result, {}); }

struct Artefact {
  std::string name;
  std::function<std::string(const run::RunResult&)> write;
};

std::vector<Artefact> artefacts() {
  return {
      {"findings.json", [](const auto& result) { return findings_json(result).view(); }},
      {"contract-diff.json", [](const auto& result) { return contract_diff_json(result).view(); }},
      {"stats.json",
       [](const auto& result) { return stats_json(result, verdict_of(result)).view(); }},
      {"errors.json", [](const auto& result) { return errors_json(result).view(); }},
      {"analysis.md",
       [](const auto& result) { return analysis_markdown(result, verdict_of(result)).view(); }},
      {"junit.xml", [](const auto& result) { return junit_xml(result, {}).view(); }},
  };
}

TEST(Reports, AreTheGoldenTextsForARunWithEverything) {
  const run::RunResult result = sample_result();
  for (const auto& artefact : artefacts()) {
    SCOPED_TRACE(artefact.name);

    expect_golden("everything." + artefact.name, artefact.write(result));
  }
}

TEST(Reports, AreTheGoldenTextsForARunWithNothing) {
  const run::RunResult result = empty_result();
  for (const auto& artefact : artefacts()) {
    SCOPED_TRACE(artefact.name);

    expect_golden("nothing." + artefact.name, artefact.write(result));
  }
}

TEST(Reports, AreWellFormed) {
  for (const auto& result : {sample_result(), empty_result()}) {
    for (const auto& artefact : artefacts()) {
      SCOPED_TRACE(artefact.name);

      const std::string text = artefact.write(result);

      ASSERT_FALSE(text.empty());
      EXPECT_EQ(text.back(), '\n');
      if (artefact.name.ends_with(".json")) {
        const auto document = json::Document::parse(text);
        ASSERT_TRUE(document.has_value());
        EXPECT_TRUE(document->duplicate_keys().empty());
        const auto other = nlohmann::json::parse(text, nullptr, false);
        ASSERT_FALSE(other.is_discarded());
        EXPECT_EQ(other["schema_version"], 1);
        EXPECT_EQ(other["run"], "20261121T091504Z-demo-42");
      }
      if (artefact.name.ends_with(".xml")) {
        EXPECT_EQ(test::xml_problem(text), "");
      }
    }
  }
}

TEST(Reports, NeverHoldTheRawValueOfAViolation) {
  const run::RunResult result = sample_result();
  const std::string raw = test::make_violation("x", contracts::Severity::Error).raw_value;
  for (const auto& artefact : artefacts()) {
    SCOPED_TRACE(artefact.name);

    EXPECT_EQ(artefact.write(result).find(raw), std::string::npos);
  }
}

// Of a check the folder of the run holds no traffic; of a contract over several files only the
// first one is a contract.
TEST(Reports, NameWhatRepeatsTheCheckOfAFinding) {
  run::RunResult result = test::sample_result();
  result.contracts.push_back({"other.yaml", "openapi 3.1.0", 1, 0});
  result.findings.resize(1);
  const auto command = [&result] {
    const std::string text = analysis_markdown(result, verdict_of(result)).view();
    const size_t begin = text.find("  check     ") + 12;
    return text.substr(begin, text.find('\n', begin) - begin);
  };

  EXPECT_EQ(command(),
            "faultline check --contract shop.openapi.yaml runs/20261121T091504Z-demo-42");
  result.findings[0].violation.contract.file = "parts/item.yaml";
  result.recordings = {"a.har", "b.ndjson", "-"};
  EXPECT_EQ(command(),
            "faultline check --contract shop.openapi.yaml --contract other.yaml a.har b.ndjson -");
  result.recordings.emplace_back("d.har");
  EXPECT_TRUE(command().ends_with(" a.har b.ndjson - ...")) << command();
}

TEST(Reports, FitAComment) {
  run::RunResult result = sample_result();
  run::FindingLog log;
  for (int i = 0; i < 3000; ++i) {
    auto violation =
        test::make_violation(std::string(900, 'm') + std::to_string(i), contracts::Severity::Error);
    violation.expected = "\"" + std::string(5000, 'e') + "\"";
    violation.hint = std::string(5000, 'h');
    violation.operation = "GET /" + std::string(900, 'o');
    const run::RedactedViolation one{&violation, redaction::Redactor::vouch("s"),
                                     redaction::Redactor::vouch(std::string(5000, 'p'))};
    log.add({.listener = "shop"}, {&one, 1});
  }
  result.findings = log.finish();
  result.rules.assign(1000, result.rules[0]);
  result.phases.assign(1000, result.phases[0]);

  const std::string text = analysis_markdown(result, verdict_of(result)).view();

  EXPECT_LT(text.size(), 65536U);
  EXPECT_NE(text.find("950 more in findings.json."), std::string::npos);
}

/// One message of the traffic that the determinism test plays.
struct Played {
  uint64_t exchange = 0;
  std::string member;
  std::vector<run::InjectedFault> injected;
};

std::vector<Played> make_traffic() {
  std::vector<Played> traffic;
  for (uint64_t i = 0; i < 600; ++i) {
    Played played{i, "m" + std::to_string(i % 11), {}};
    if (i % 3 == 0) played.injected.push_back({"rule" + std::to_string(i % 5), "abort", i});
    if (i % 6 == 0) played.injected.push_back({"slow", "latency", 1000 + i});
    traffic.push_back(std::move(played));
  }
  return traffic;
}

/// Fisher-Yates by the project's own draws.
std::vector<Played> shuffle(std::vector<Played> traffic, uint64_t seed) {
  for (uint64_t i = traffic.size(); i > 1; --i) {
    random::Inputs inputs;
    inputs.seed = seed;
    inputs.draw = i;
    const uint64_t at = random::scale(random::draw(inputs), i);
    std::swap(traffic[i - 1], traffic[at]);
  }
  return traffic;
}

void play(run::RunState& state, const Played& played) {
  static const std::string kListener = "shop";
  auto violation =
      test::make_violation(played.member, played.member == "m3" ? contracts::Severity::Note
                                                                : contracts::Severity::Error);
  violation.actual = std::to_string(played.exchange);
  const run::RedactedViolation one{
      &violation, redaction::Redactor::vouch("s" + std::to_string(played.exchange)),
      redaction::Redactor::vouch("/p")};
  state.findings.add({.listener = kListener,
                      .exchange = {.listener = 0, .connection = 1, .exchange = played.exchange},
                      .t_ns = static_cast<int64_t>(played.exchange),
                      .injected = played.injected},
                     {&one, 1});
  const std::string operation = "GET /" + played.member;
  contracts::CheckResult checked;
  checked.verdict = contracts::Verdict::Violates;
  checked.operation = operation;
  state.counters.add_seen("http");
  state.counters.add_checked({"http", kListener, Direction::Response}, checked);
}

std::string all_reports(const run::RunState& state) {
  run::RunResult result = empty_result();
  state.finish_into(result);
  std::string text;
  for (const auto& artefact : artefacts()) {
    text += artefact.write(result);
  }
  return text;
}

TEST(Reports, AreTheSameBytesWhateverThreadsDid) {
  const std::vector<Played> traffic = make_traffic();
  run::RunState in_order;
  for (const auto& played : traffic) {
    play(in_order, played);
  }
  const std::string want = all_reports(in_order);

  for (uint64_t turn = 1; turn <= 5; ++turn) {
    SCOPED_TRACE(turn);
    const std::vector<Played> shuffled = shuffle(traffic, turn);
    run::RunState state;
    std::vector<std::thread> threads;
    for (size_t first = 0; first < 4; ++first) {
      threads.emplace_back([&state, &shuffled, first] {
        for (size_t n = first; n < shuffled.size(); n += 4) {
          play(state, shuffled[n]);
        }
      });
    }
    for (auto& thread : threads) {
      thread.join();
    }

    EXPECT_TRUE(all_reports(state) == want);  // both are long: no dump
  }
}

class WriteReports : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "faultline-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    temp_ = pattern;
    auto folder = run::RunFolder::create({.artifacts = temp_, .name = "demo"}, *crypto_);
    ASSERT_TRUE(folder.has_value());
    folder_ = std::move(*folder);
  }
  void TearDown() override { std::filesystem::remove_all(temp_); }
  [[nodiscard]] bool has(std::string_view name) const {
    return std::filesystem::exists(folder_->file_path(name));
  }

  std::unique_ptr<Crypto> crypto_ = tls::make_crypto();
  std::string temp_;
  std::unique_ptr<run::RunFolder> folder_;
};

TEST_F(WriteReports, WritesEveryFormatThatIsAskedFor) {
  const run::RunResult result = sample_result();

  ASSERT_TRUE(write_reports(*folder_, result, {}).has_value());

  for (const auto& artefact : artefacts()) {
    SCOPED_TRACE(artefact.name);
    EXPECT_EQ(test::read_text(folder_->file_path(artefact.name)), artefact.write(result));
  }
}

TEST_F(WriteReports, WritesTheJsonFilesInAnyCase) {
  rules::ReportConfig config;
  config.formats = {"junit"};

  ASSERT_TRUE(write_reports(*folder_, sample_result(), config).has_value());

  EXPECT_TRUE(has("findings.json"));
  EXPECT_TRUE(has("contract-diff.json"));
  EXPECT_TRUE(has("stats.json"));
  EXPECT_TRUE(has("errors.json"));
  EXPECT_TRUE(has("junit.xml"));
  EXPECT_FALSE(has("analysis.md"));
}

TEST_F(WriteReports, ReplacesThemWhenTheProofComesLater) {
  run::RunResult result = sample_result();
  ASSERT_TRUE(write_reports(*folder_, result, {}).has_value());
  const std::string before = test::read_text(folder_->file_path("analysis.md"));
  result.proof->leaks = 1;

  ASSERT_TRUE(write_reports(*folder_, result, {}).has_value());

  const std::string after = test::read_text(folder_->file_path("analysis.md"));
  EXPECT_EQ(before.find("exit code 5"), std::string::npos);
  EXPECT_NE(after.find("exit code 5"), std::string::npos);
}

TEST_F(WriteReports, SaysWhichFileItCouldNotWrite) {
  std::filesystem::remove_all(folder_->path());

  const auto written = write_reports(*folder_, sample_result(), {});

  ASSERT_FALSE(written.has_value());
  EXPECT_NE(written.error().message.find("findings.json"), std::string::npos);
}

}  // namespace
}  // namespace faultline::report

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/control/metrics_page.h"

#include "rules/config_loader.h"
#include "tests/unit/control/exposition_parser.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace faultline::control {
namespace {

constexpr std::string_view kConfig = R"(version: 1
listeners:
  - { name: shop, listen: '127.0.0.1:0', upstream: 'http://127.0.0.1:1' }
  - { name: db, listen: '127.0.0.1:0', protocol: tcp, upstream: '127.0.0.1:2' }
rules:
  - { name: slow-cart, match: { listener: shop }, fault: { latency: { fixed: 1ms } } }
scenario:
  phases: [{ name: warm-up, for: 1s }, { name: fault, for: 1s, rules: [slow-cart] }]
)";

server::SnapshotPtr make_snapshot() {
  const auto file = std::make_shared<const SourceFile>("f.yaml", std::string(kConfig));
  auto outcome = rules::load_config(file, [](std::string_view) { return std::nullopt; });
  EXPECT_TRUE(outcome.config.has_value());
  server::SnapshotInputs inputs;
  inputs.contracts.resize(2, std::make_shared<contracts::ContractSet>());
  inputs.is_gate_open = true;
  return server::make_snapshot(std::make_shared<const rules::Config>(std::move(*outcome.config)),
                               std::move(inputs));
}

server::WorkerReport first_worker() {
  server::WorkerReport report;
  report.counts.listeners = {{.connections_accepted = 5,
                              .connections_closed = 3,
                              .connections_refused = 1,
                              .exchanges_started = 9,
                              .exchanges_completed = 7,
                              .exchanges_aborted = 1},
                             {.connections_accepted = 2}};
  report.counts.upstream_connects = 4;
  report.counts.upstream_reuses = 6;
  report.counts.errors[{"downstream", "head_timeout"}] = 2;
  report.counts.phase(1).record({.status = 200,
                                 .latency = std::chrono::milliseconds(20),
                                 .injected_delay = std::chrono::milliseconds(15),
                                 .added = std::chrono::microseconds(30)});
  report.counts.phase(1).record({.status = 503, .latency = std::chrono::seconds(2)});
  report.mirror_seen = 12;
  report.mirror_dropped["ring full"] = 2;
  return report;
}

server::LiveStats sample_stats() {
  server::LiveStats stats;
  stats.snapshot = make_snapshot();
  stats.readiness = server::Readiness::Draining;
  stats.reloads_applied = 3;
  stats.workers.push_back(first_worker());
  auto& second = stats.workers.emplace_back();  // has only seen the first listener
  second.counts.listeners = {{.connections_accepted = 10, .connections_closed = 10}};
  second.counts.errors[{"downstream", "head_timeout"}] = 1;
  second.counts.errors[{"upstream", "connect_refused"}] = 4;
  second.counts.phase(0).record({.status = 0, .latency = std::chrono::microseconds(100)});
  second.counts.phase(2).record({.status = 204, .latency = std::chrono::microseconds(700)});
  second.mirror_seen = 8;
  stats.stale_workers = 1;
  rules::RuleCounters rule;
  rule.rule = "slow-cart";
  rule.matched = 9;
  rule.drawn = 6;
  rule.applied = 4;
  rule.overflow = 1;
  rule.bypassed[1] = 1;
  stats.rules.push_back(rule);
  rule = {};
  rule.rule = "gone";
  rule.matched = 2;
  stats.rules.push_back(rule);
  auto& http = stats.traffic["http"];
  http.checked = {{"conforms", 10}, {"violates", 3}};
  http.skipped = {{"no contract", 2}};
  stats.findings[{run::Cause::Natural, contracts::Severity::Error}] = 2;
  stats.findings[{run::Cause::Injected, contracts::Severity::Warning}] = 1;
  return stats;
}

std::string sample_page(const server::LiveStats& stats) {
  ControlCounts control;
  control.connections_accepted = 3;
  control.refused["caller"] = 2;
  return metrics_page(
      {.stats = stats,
       .control = control,
       .process = {.start_time_seconds = 1700000000.5,
                   .cpu_seconds = 1.25,
                   .resident_bytes = 12345678,
                   .virtual_bytes = 99999999,
                   .open_fds = 12,
                   .max_fds = 1024,
                   .threads = 4},
       .versions = {{"faultline", "1.2.3"}, {"compiler", "GNU \"12\""}, {"build_type", "Debug"}}});
}

TEST(MetricsPage, IsTheGoldenPage) {
  const std::string page = sample_page(sample_stats());
  const std::string path = FL_SOURCE_DIR "/tests/golden/control/metrics.txt";
  if (std::getenv("FAULTLINE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << page;
    return;
  }

  std::ifstream file(path, std::ios::binary);

  const std::string golden{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  EXPECT_EQ(page, golden);
}

TEST(MetricsPage, IsWellFormedForAStrictReader) {
  const auto page = testing::parse_page(sample_page(sample_stats()));

  EXPECT_EQ(page.problems, std::vector<std::string>{});
  EXPECT_EQ(page.value("faultline_build_info",
                       {{"version", "1.2.3"}, {"compiler", "GNU \"12\""}, {"build_type", "Debug"}}),
            1);
}

TEST(MetricsPage, AddsUpTheWorkers) {
  const auto page = testing::parse_page(sample_page(sample_stats()));

  EXPECT_EQ(page.value("faultline_connections_accepted_total", {{"listener", "shop"}}), 15);
  EXPECT_EQ(page.value("faultline_connections_open", {{"listener", "shop"}}), 2);
  EXPECT_EQ(page.value("faultline_connections_open", {{"listener", "db"}}), 2);
  EXPECT_EQ(
      page.value("faultline_errors_total", {{"side", "downstream"}, {"reason", "head_timeout"}}),
      3);
  EXPECT_EQ(page.value("faultline_mirror_messages_seen_total"), 20);
  EXPECT_EQ(page.value("faultline_stale_workers"), 1);
  EXPECT_EQ(page.value("faultline_ready"), 0);
  EXPECT_EQ(page.value("faultline_draining"), 1);
}

TEST(MetricsPage, NamesPhasesAlsoBehindTheScenario) {
  const auto page = testing::parse_page(sample_page(sample_stats()));

  EXPECT_EQ(page.value("faultline_responses_total", {{"phase", "warm-up"}, {"class", "none"}}), 1);
  EXPECT_EQ(page.value("faultline_responses_total", {{"phase", "fault"}, {"class", "5xx"}}), 1);
  EXPECT_EQ(page.value("faultline_responses_total", {{"phase", "end"}, {"class", "2xx"}}), 1);
  EXPECT_EQ(page.value("faultline_exchange_duration_seconds_bucket",
                       {{"phase", "fault"}, {"le", "0.025"}}),
            1);
  EXPECT_EQ(page.value("faultline_injected_delay_seconds_total", {{"phase", "fault"}}), 0.015);
}

TEST(MetricsPage, KeepsARuleThatAReloadRemoved) {
  const auto page = testing::parse_page(sample_page(sample_stats()));

  EXPECT_EQ(page.value("faultline_rule_matched_total", {{"rule", "gone"}, {"fault", "removed"}}),
            2);
  EXPECT_EQ(page.value("faultline_rule_bypassed_total",
                       {{"rule", "slow-cart"}, {"fault", "latency"}, {"reason", "too_late"}}),
            1);
}

TEST(ExpositionParser, SaysWhatIsWrong) {
  const auto problems = [](std::string_view text) { return testing::parse_page(text).problems; };
  const std::string head = "# HELP a_total A.\n# TYPE a_total counter\n";

  EXPECT_TRUE(problems(head + "a_total 1\n").empty());
  EXPECT_EQ(problems(head + "a_total 1").size(), 1U);
  EXPECT_EQ(problems(head + "a_total 1\na_total 2\n").size(), 1U);
  EXPECT_EQ(problems(head + "a_total{x=\"\\q\"} 1\n").size(), 1U);
  EXPECT_EQ(problems(head + "a_total{x=\"1\" 1\n").size(), 1U);
  EXPECT_EQ(problems(head + "b_total 1\n").size(), 1U);
  EXPECT_EQ(problems(head + "a_total one\n").size(), 1U);
  EXPECT_EQ(problems(head + "a_total 1\n" + head).size(), 4U);
  EXPECT_EQ(problems("# HELP h H.\n# TYPE h histogram\nh_bucket{le=\"1\"} 2\n"
                     "h_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n")
                .size(),
            1U);
}

}  // namespace
}  // namespace faultline::control

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/sim/scenario.h"

#include "proxy/base/assert.h"
#include "rules/config_loader.h"

#include <fmt/core.h>

#include <array>
#include <optional>
#include <string>
#include <utility>

namespace faultline::sim {
namespace {

using fakes::Draws;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kListeners = R"(version: 1
run: {{ name: sim, seed: 7 }}
listeners:
  - {{ name: http, listen: 127.0.0.1:18080, upstream: http://192.0.2.80:80{} }}
  - {{ name: tcp, listen: 127.0.0.1:18081, protocol: tcp, upstream: 192.0.2.81:81 }}
)";
// Below what the slowest client does that goes on at all (draw_client), whatever the faults do.
constexpr std::string_view kMinRate = ", min_rate: { request: 200B/s, response: 1KiB/s, over: 3s }";

// The faults of HTTP listeners: every kind, side and way that there is.
constexpr std::array<std::string_view, 44> kHttpFaults = {
    "latency: { fixed: 300ms, jitter: 200ms }",
    "latency: { exponential: { mean: 50ms }, side: response }",
    "latency: { uniform: [1ms, 3s], side: response }",
    "throttle: { rate: 20KiB/s }",
    "throttle: { rate: 64KiB/s, side: request }",
    "throttle: { rate: 40KiB/s, per: connection }",
    "throttle: { rate: 200KiB/s, per: listener }",
    "abort: { status: 503, body: 'sim abort' }",
    "abort: { status: 418, body: 'sim abort', headers: { retry-after: '1' } }",
    "abort: { status: 500, body: 'sim abort', effect: after }",
    "drop: { how: close }",
    "drop: { how: reset }",
    "drop: { how: black_hole, for: 4s }",
    "drop: { how: lose_response }",
    "schema_drift: { mutate: 'null', pointer: /price }",
    "schema_drift: { mutate: 'null', pointer: /price, max_body: 100 }",
    "latency: { lognormal: { median: 30ms, sigma: 0.8 } }",
    "latency: { normal: { mean: 100ms, stddev: 30ms }, side: response }",
    "latency: { pareto: { scale: 5ms, shape: 1.5 }, max: 2s }",
    "latency: { empirical: [1ms, 5ms, 5ms, 400ms] }",
    "slice: { size: 2KiB, variation: 1KiB, gap: 2ms }",
    "slice: { size: 7B, gap: 3ms, part: head }",
    "slice: { size: 3KiB, gap: 5ms, part: body, side: request }",
    "slice: { size: 5B, gap: 20ms, part: trailers }",
    "stall: { at: 20B, for: 700ms }",
    "stall: { at: 400B, for: 1s, how: stop_reading }",
    "stall: { at: 150B, for: 500ms, how: stop_reading, side: request }",
    "cut: { at: 60B }",
    "cut: { at: 300B, how: reset }",
    "cut: { at: 10B, how: silence, for: 3s }",
    "cut: { at: 200B, how: reset, side: request }",
    "connect: { delay: 300ms }",
    "connect: { delay: 20ms, then: refuse }",
    "connect: { then: time_out, delay: 1s }",
    "drop: { how: keep_alive_race }",
    "abort: { status: 429, body: 'sim abort', retry_after: 2s }",
    "edit: { set: { x-sim-edit: 'yes' } }",
    "edit: { set: { x-sim-edit: 'yes' }, remove: [x-no-such-field] }",
    "truncate: { at: 40B }",
    "truncate: { how: no_last_chunk }",
    "withhold_continue: {}",
    "withhold_continue: { for: 400ms }",
    "duplicate_request: { gap: 30ms }",
    "stale_response: {}",
};
constexpr std::array<std::string_view, 17> kTcpFaults = {
    "latency: { fixed: 200ms }",
    "latency: { fixed: 20ms, side: response }",
    "throttle: { rate: 100KiB/s, per: connection }",
    "drop: { how: close }",
    "drop: { how: black_hole, for: 2s }",
    "drop: { how: reset }",
    "slice: { size: 900B, variation: 100B, gap: 1ms }",
    "stall: { at: 100B, for: 800ms }",
    "stall: { at: 50B, for: 500ms, how: stop_reading, side: request }",
    "cut: { at: 70B, how: reset }",
    "cut: { at: 500B, how: silence, for: 2s, side: request }",
    "half_close: { for: 2s }",
    "half_close: { how: early, at: 40B }",
    "lifetime: { for: 900ms }",
    "lifetime: { for: 300ms, how: reset }",
    "connect: { delay: 200ms }",
    "connect: { then: refuse }",
};
constexpr std::array<std::string_view, 9> kTriggers = {
    "chance: 10%",
    "chance: 40%",
    "nth: [1, 3, 7]",
    "first: 3",
    "every: 4",
    "once: true",
    "every: 2, chance: 50%",
    "burst: { length: 2, period: 5 }",
    "chance: 60%, budget: { total: 20, concurrent: 2 }"};
// What a reload does to it on connections that are open.
constexpr std::array<std::string_view, 4> kApplies = {"", "", ", apply: live",
                                                      ", apply: live, on_disarm: flush"};
constexpr std::array<std::string_view, 5> kScopes = {
    "", ", scope: run", ", scope: connection", ", scope: client", ", scope: { header: X-Field-7 }"};

std::string draw_rule(Draws& draws, size_t number) {
  const bool is_tcp = draws.one_in(5);
  const std::string_view fault = is_tcp ? draws.pick(kTcpFaults) : draws.pick(kHttpFaults);
  std::string match = fmt::format("listener: {}", is_tcp ? "tcp" : "http");
  const bool may_match_more = !is_tcp && draws.one_in(3);
  if (may_match_more) match += draws.one_in(2) ? ", method: [GET, POST]" : ", path: /x/:id";
  const std::string_view trigger = draws.pick(kTriggers);
  const std::string_view scope = is_tcp ? "" : draws.pick(kScopes);
  return fmt::format("  - {{ name: rule-{}, match: {{ {} }}, fault: {{ {} }}, {}{}{} }}\n", number,
                     match, fault, trigger, scope, draws.pick(kApplies));
}

std::shared_ptr<const rules::Config> load(const std::string& text) {
  const auto file = std::make_shared<const SourceFile>("sim.yaml", text);
  auto outcome = rules::load_config(file, [](std::string_view) { return std::nullopt; });
  if (!outcome.config) {
    fmt::print(stderr, "{}\n{}", text, render_diagnostics(outcome.diagnostics));
    FL_ASSERT(outcome.config.has_value());
  }
  return std::make_shared<const rules::Config>(std::move(*outcome.config));
}

std::vector<std::shared_ptr<const rules::Config>> draw_configs(Draws& draws, bool has_min_rate) {
  std::vector<std::shared_ptr<const rules::Config>> configs;
  const size_t rule_count = draws.one_in(4) ? 0 : draws.between(1, 5);
  std::vector<std::string> rules;
  for (size_t i = 0; i < rule_count; ++i) rules.push_back(draw_rule(draws, i));
  for (int variant = 0; variant < 3; ++variant) {
    std::string text = fmt::format(kListeners, has_min_rate ? kMinRate : "");
    // A reload adds and removes rules; those that stay go on with their counts.
    std::string kept;
    for (const auto& rule : rules) {
      if (variant == 0 || !draws.one_in(3)) kept += rule;
    }
    if (!kept.empty()) text += "rules:\n" + kept;
    configs.push_back(load(text));
  }
  return configs;
}

LinkShape draw_shape(Draws& draws) {
  constexpr std::array<size_t, 4> kCapacities = {300, 4096, 64UL * 1024, 512UL * 1024};
  constexpr std::array<size_t, 4> kReads = {1, 100, 16UL * 1024, 64UL * 1024};
  LinkShape shape;
  shape.latency_max = draws.one_in(3) ? Duration(milliseconds(150)) : Duration(microseconds(500));
  shape.capacity = draws.pick(kCapacities);
  shape.read_max = draws.pick(kReads);
  shape.tiny_percent = draws.one_in(3) ? 60 : 5;
  return shape;
}

}  // namespace

Scenario make_scenario(uint64_t seed) {
  Draws draws = Draws(seed).fork(0xC0FFEE);
  Scenario scenario;
  scenario.seed = seed;
  // A third of the seeds is calm: nothing may go wrong there that no fault tells of.
  const bool is_calm = draws.one_in(3);
  constexpr std::array<size_t, 3> kBodies = {300, 5000, 120'000};
  scenario.downstream = draw_shape(draws);
  scenario.upstream = draw_shape(draws);
  scenario.plans.body_max = draws.pick(kBodies);
  // Tiny reads of large bodies would take all steps of a seed for one exchange.
  if (scenario.downstream.read_max < 100 || scenario.upstream.read_max < 100 ||
      scenario.downstream.capacity < 1000 || scenario.upstream.capacity < 1000) {
    scenario.plans.body_max = 300;
  }
  scenario.plans.bad_server_percent = is_calm ? 0 : draws.below(30);
  scenario.plans.bad_request_percent = is_calm ? 0 : draws.below(15);
  scenario.failed_connect_percent = is_calm || draws.one_in(2) ? 0 : draws.between(1, 40);
  scenario.rude_client_percent = is_calm ? 0 : draws.below(50);
  scenario.slow_percent = draws.one_in(2) ? 0 : draws.below(30);
  scenario.tcp_percent = draws.one_in(2) ? 0 : draws.below(40);
  scenario.clients_max = draws.between(1, 12);
  scenario.has_mirror = draws.one_in(2);
  scenario.reload_every = draws.one_in(3) ? draws.between(20, 400) : 0;
  scenario.drain_at = draws.one_in(4) ? draws.between(200, 1900) : 0;
  scenario.freezes_at_end = draws.one_in(2);
  const bool has_min_rate = Draws(seed).fork(0x3A7E).one_in(2);
  scenario.configs = draw_configs(draws, has_min_rate);
  return scenario;
}

ClientHabits draw_client(const Scenario& scenario, Draws& draws) {
  using Leave = ClientHabits::Leave;
  constexpr std::array<Leave, 3> kPolite = {Leave::AfterAnswers, Leave::HalfClose, Leave::Never};
  constexpr std::array<Leave, 3> kRude = {Leave::Reset, Leave::Close, Leave::Stall};
  ClientHabits habits;
  habits.requests = draws.between(1, 12);
  habits.depth = draws.one_in(3) ? draws.between(2, 12) : 1;
  habits.leave = draws.pick(kPolite);
  const bool is_rude = draws.percent(scenario.rude_client_percent);
  if (is_rude) habits.leave = draws.pick(kRude);
  habits.leave_after = Duration(static_cast<int64_t>(draws.below(3'000'000'000)));
  habits.stall_at = draws.below(600);
  if (draws.percent(scenario.slow_percent)) {
    habits.piece = draws.between(20, 400);
    habits.rest = Duration(static_cast<int64_t>(draws.below(20'000'000)));
    habits.pace = {draws.between(200, 4000), milliseconds(draws.below(50))};
  }
  // A client that never reads has no answer to check.
  if (is_rude && draws.one_in(4)) habits.pace.bytes = 0;
  return habits;
}

TcpClientActor::Habits draw_tcp_client(const Scenario& scenario, Draws& draws) {
  TcpClientActor::Habits habits;
  habits.bytes = draws.below(scenario.plans.body_max + 1);
  habits.piece = draws.between(1, 1 + habits.bytes);
  if (draws.percent(scenario.slow_percent)) habits.pace = {1000, milliseconds(5)};
  habits.resets = draws.percent(scenario.rude_client_percent);
  return habits;
}

ReadPace draw_server_pace(const Scenario& scenario, Draws& draws) {
  if (!draws.percent(scenario.slow_percent)) return {};
  return {draws.between(500, 8000), milliseconds(draws.below(20))};
}

}  // namespace faultline::sim

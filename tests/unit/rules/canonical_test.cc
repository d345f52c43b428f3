// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/canonical.h"

#include "rules/schema.h"
#include "tests/unit/rules/load_support.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <string>
#include <tuple>

namespace faultline::rules {
namespace {

// A configuration that sets every key away from its default somewhere.
const std::string kEverything = R"yaml(version: 1
run: { name: all, seed: 18446744073709551615, artifacts: "./a b/$${X}" }
gate: { flag: CHAOS, environments: ["on", "5", ci] }
workers: 3
listeners:
  - { name: shop, listen: "[::1]:18080", upstream: http://127.0.0.1, contracts: [a.yaml, ../b.json],
      timeouts: { connect: 1ms, head: 2s, idle: 90s, keep_alive: 1h },
      min_rate: { request: 500B/s, response: 1KiB/s, over: 30s } }
  - { name: db, listen: "127.0.0.1:0", protocol: tcp, upstream: 127.0.0.1:5432 }
rules:
  - name: a/1
    match: { listener: [shop], direction: response, method: [GET, PATCH], path: "/x/{id}/y",
             headers: { X-A: "*", x-b: "1: #'\"" }, query: { "a b": "*", q: "" },
             status: [404, 5xx, 200-204], content_type: Text/* }
    fault: { latency: { fixed: 1500us, jitter: 7ns, max: 3s } }
    chance: 0.05
    nth: [9, 1]
    window: { start: 90s, duration: 1m }
    budget: { total: 7, concurrent: 2 }
    scope: { header: X-Id }
    expect: { fired: "==3" }
  - { name: uniform, fault: { latency: { uniform: [1ms, 2ms], side: response } }, once: true }
  - { name: normal, fault: { latency: { normal: { mean: 1s, stddev: 2ms } } }, first: 3 }
  - { name: exponential, fault: { latency: { exponential: { mean: 1ms } } }, every: 4 }
  - { name: pareto, fault: { latency: { pareto: { scale: 1ms, shape: 1.25 } } }, scope: run }
  - { name: throttle, fault: { throttle: { rate: 1000B/s, per: listener, side: request } },
      scope: connection }
  - { name: slice, fault: { slice: { size: 16B, variation: 15B, gap: 3ms, side: request } } }
  - { name: stall, fault: { stall: { at: 1KiB, for: 5s, how: stop_reading, side: request } } }
  - { name: cut, fault: { cut: { at: 100B, how: reset, side: request } } }
  - { name: silence, fault: { cut: { how: silence, for: 9s } } }
  - { name: swallow, match: { listener: db }, fault: { half_close: { for: 9s, side: response } } }
  - { name: early, match: { listener: db }, fault: { half_close: { how: early, at: 7B } } }
  - { name: life, match: { listener: db }, fault: { lifetime: { for: 9s, how: reset } } }
  - { name: connect, fault: { connect: { delay: 9s, then: time_out } } }
  - { name: abort, fault: { abort: { status: 418, headers: { X-Why: "a, b", y: "on" },
      body: "{\"a\": \"\u00e9\\n\"}", effect: after } }, scope: route }
  - { name: burst, fault: { abort: { status: 429, retry_after: 2s, retry_as: date } },
      burst: { length: 3, period: 10 } }
  - { name: lognormal, fault: { latency: { lognormal: { median: 1ms, sigma: 0.75 } } } }
  - { name: empirical, fault: { latency: { empirical: [9ms, 1ms, 2ms] } }, apply: live,
      on_disarm: flush }
  - { name: trailers, fault: { slice: { gap: 3ms, part: trailers } } }
  - { name: race, fault: { drop: { how: keep_alive_race } } }
  - { name: head, fault: { edit: { set: { x: "1" }, remove: [a, b], duplicate: c,
      side: request } } }
  - { name: status, fault: { edit: { status: 500 } } }
  - { name: shorten, fault: { truncate: { how: shorten, at: 5B } } }
  - { name: chunk, fault: { truncate: { how: no_last_chunk } } }
  - { name: never, fault: { withhold_continue: {} } }
  - { name: continue, fault: { withhold_continue: { for: 1s } } }
  - { name: twice, fault: { duplicate_request: { gap: 1ms } } }
  - { name: stale, fault: { stale_response: { max_body: 7B } } }
  - { name: swap, fault: { swap_responses: { allow_mixup: true, wait: 1s, max_body: 9B } } }
  - { name: hole, match: { listener: db }, fault: { drop: { how: black_hole, for: 7s } } }
  - { name: lose, fault: { drop: { how: lose_response } }, scope: client }
  - { name: drift, fault: { schema_drift: { mutate: null, any: true, side: request,
      max_body: 1000 } } }
  - { name: pointer, fault: { schema_drift: { mutate: enum, pointer: "/a~1b/\u00e9 x" } } }
scenario:
  phases:
    - { name: one, for: 1500ms, rules: [a/1, uniform, normal, exponential, pareto, throttle] }
    - { name: two, for: 1h, rules: [abort, hole, lose, drift, pointer] }
    - { name: three, for: 1h, rules: [slice, stall, cut, silence, swallow, early, life, connect] }
    - { name: four, for: 1h, rules: [burst, lognormal, empirical, trailers, race, head, status,
        shorten, chunk, never, continue, twice, stale, swap] }
mirror: { mode: lossy, capture: 1000KB }
redaction: { packs: [], canaries: ["canary: one", canary-two], known: ["known: value"],
  dictionary: [heron],
  operators: [{ class: email, use: hmac }, { path: "/a~1b/*", use: drop },
    { header: X-Id, use: "null" }, { annotation: pii, use: keep }] }
report: { formats: [junit], fail_on: none }
)yaml";

void expect_same(const std::vector<TextMatch>& a, const std::vector<TextMatch>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].name, b[i].name);
    EXPECT_EQ(a[i].value, b[i].value);
  }
}

void expect_same(const MatchConfig& a, const MatchConfig& b) {
  EXPECT_EQ(a.listeners, b.listeners);
  EXPECT_EQ(a.direction, b.direction);
  EXPECT_EQ(a.methods, b.methods);
  ASSERT_EQ(a.path.has_value(), b.path.has_value());
  if (a.path) {
    EXPECT_EQ(a.path->text, b.path->text);
  }
  expect_same(a.headers, b.headers);
  expect_same(a.query, b.query);
  ASSERT_EQ(a.statuses.size(), b.statuses.size());
  for (size_t i = 0; i < a.statuses.size(); ++i) {
    EXPECT_EQ(a.statuses[i].low, b.statuses[i].low);
    EXPECT_EQ(a.statuses[i].high, b.statuses[i].high);
  }
  EXPECT_EQ(a.content_type, b.content_type);
}

void expect_same(const TriggerConfig& a, const TriggerConfig& b) {
  EXPECT_EQ(a.chance_threshold, b.chance_threshold);
  EXPECT_EQ(a.chance_text, b.chance_text);
  EXPECT_EQ(a.window, b.window);
  ASSERT_EQ(a.counting.index(), b.counting.index());
  if (const auto* nth = std::get_if<Nth>(&a.counting)) {
    EXPECT_EQ(nth->positions, std::get<Nth>(b.counting).positions);
  }
  if (const auto* first = std::get_if<First>(&a.counting)) {
    EXPECT_EQ(first->count, std::get<First>(b.counting).count);
  }
  if (const auto* burst = std::get_if<Burst>(&a.counting)) {
    EXPECT_EQ(burst->length, std::get<Burst>(b.counting).length);
    EXPECT_EQ(burst->period, std::get<Burst>(b.counting).period);
  }
  if (const auto* every = std::get_if<Every>(&a.counting)) {
    EXPECT_EQ(every->period, std::get<Every>(b.counting).period);
  }
}

void expect_same(const RuleConfig& a, const RuleConfig& b) {
  SCOPED_TRACE(a.name);
  EXPECT_EQ(a.name, b.name);
  expect_same(a.match, b.match);
  EXPECT_EQ(fault_name(a.fault), fault_name(b.fault));
  EXPECT_TRUE(a.fault == b.fault);
  EXPECT_EQ(a.apply, b.apply);
  EXPECT_EQ(a.on_disarm, b.on_disarm);
  expect_same(a.trigger, b.trigger);
  EXPECT_EQ(a.budget.total, b.budget.total);
  EXPECT_EQ(a.budget.concurrent, b.budget.concurrent);
  EXPECT_EQ(a.scope.kind, b.scope.kind);
  EXPECT_EQ(a.scope.is_default, b.scope.is_default);
  EXPECT_EQ(a.scope.header, b.scope.header);
  ASSERT_EQ(a.expect.has_value(), b.expect.has_value());
  if (!a.expect) return;
  EXPECT_EQ(a.expect->comparison, b.expect->comparison);
  EXPECT_EQ(a.expect->count, b.expect->count);
  EXPECT_EQ(a.expect->text, b.expect->text);
}

void expect_same(const ListenerConfig& a, const ListenerConfig& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.listen, b.listen);
  EXPECT_EQ(a.protocol, b.protocol);
  EXPECT_EQ(a.upstream.scheme, b.upstream.scheme);
  EXPECT_EQ(a.upstream.address, b.upstream.address);
  ASSERT_EQ(a.contracts.size(), b.contracts.size());
  for (size_t i = 0; i < a.contracts.size(); ++i) {
    EXPECT_EQ(a.contracts[i].path, b.contracts[i].path);
    EXPECT_EQ(a.contracts[i].resolved_path, b.contracts[i].resolved_path);
  }
  EXPECT_EQ(a.timeouts.connect, b.timeouts.connect);
  EXPECT_EQ(a.timeouts.head, b.timeouts.head);
  EXPECT_EQ(a.timeouts.idle, b.timeouts.idle);
  EXPECT_EQ(a.timeouts.keep_alive, b.timeouts.keep_alive);
  EXPECT_EQ(std::tie(a.min_rate.request, a.min_rate.response, a.min_rate.over),
            std::tie(b.min_rate.request, b.min_rate.response, b.min_rate.over));
}

void expect_same(const Config& a, const Config& b) {
  EXPECT_EQ(std::tie(a.run.name, a.run.seed, a.run.has_seed, a.run.artifacts),
            std::tie(b.run.name, b.run.seed, b.run.has_seed, b.run.artifacts));
  EXPECT_EQ(std::tie(a.gate.flag, a.gate.environments), std::tie(b.gate.flag, b.gate.environments));
  EXPECT_EQ(a.workers, b.workers);
  ASSERT_EQ(a.listeners.size(), b.listeners.size());
  for (size_t i = 0; i < a.listeners.size(); ++i) expect_same(a.listeners[i], b.listeners[i]);
  ASSERT_EQ(a.rules.size(), b.rules.size());
  for (size_t i = 0; i < a.rules.size(); ++i) expect_same(a.rules[i], b.rules[i]);
  ASSERT_EQ(a.phases.size(), b.phases.size());
  for (size_t i = 0; i < a.phases.size(); ++i) {
    EXPECT_EQ(a.phases[i].name, b.phases[i].name);
    EXPECT_EQ(a.phases[i].length, b.phases[i].length);
    EXPECT_EQ(a.phases[i].rules, b.phases[i].rules);
  }
  EXPECT_EQ(std::tie(a.mirror.enabled, a.mirror.mode, a.mirror.capture_bytes),
            std::tie(b.mirror.enabled, b.mirror.mode, b.mirror.capture_bytes));
  EXPECT_EQ(std::tie(a.redaction.packs, a.redaction.canaries, a.redaction.operators),
            std::tie(b.redaction.packs, b.redaction.canaries, b.redaction.operators));
  EXPECT_EQ(std::tie(a.redaction.known, a.redaction.dictionary),
            std::tie(b.redaction.known, b.redaction.dictionary));
  EXPECT_EQ(std::tie(a.report.formats, a.report.fail_on),
            std::tie(b.report.formats, b.report.fail_on));
  EXPECT_EQ(a.hash, b.hash);
}

TEST(CanonicalYaml, LoadsBackToAnEqualConfiguration) {
  for (const std::string& text : {kEverything, std::string(kExample), config_template()}) {
    const auto config = load_good(text);
    const auto canonical = canonical_yaml(*config);
    const auto again = load_good(canonical);

    expect_same(*config, *again);
    EXPECT_EQ(canonical_yaml(*again), canonical);
  }
}

TEST(CanonicalYaml, OfEverythingIsStable) {
  expect_golden("tests/golden/rules/everything.resolved.yaml",
                canonical_yaml(*load_good(kEverything)));
}

TEST(CanonicalYaml, LoadsBackWithoutASeed) {
  const auto config = load_good(with_listeners(""));
  EXPECT_FALSE(load_good(canonical_yaml(*config))->run.has_seed);
}

TEST(CanonicalYaml, ForArtifactsHoldsNoCanaryAndNoSecret) {
  const auto config = load_good(
      with_listeners("rules: [{ name: r, fault: { abort: { headers: { authorization: \"Bearer "
                     "${API_TOKEN}\" }, body: \"${GREETING}\" } } }]\n"
                     "redaction: { canaries: [canary-3f9a] }\n"),
      {{"API_TOKEN", "hunter2-${X}"}, {"GREETING", "hello"}});
  const auto exact = canonical_yaml(*config);
  const auto artifact = canonical_yaml(*config, CanonicalUse::Artifact);

  EXPECT_NE(exact.find("hunter2"), std::string::npos);
  EXPECT_NE(exact.find("canary-3f9a"), std::string::npos);
  EXPECT_EQ(artifact.find("hunter2"), std::string::npos);
  EXPECT_EQ(artifact.find("canary-3f9a"), std::string::npos);
  EXPECT_NE(artifact.find("authorization: \"Bearer ${API_TOKEN}\""), std::string::npos);
  EXPECT_NE(artifact.find("body: hello"), std::string::npos);
}

TEST(ConfigHash, ChangesWithWhatDecidesAndNotWithTheFolder) {
  const auto hash_of = [](const std::string& run, const std::string& fault) {
    return load_good(with_listeners("run: { " + run +
                                    " }\nrules: [{ name: r, fault: { latency: { " + fault +
                                    " } } }]\n"))
        ->hash;
  };
  const auto base = hash_of("seed: 1", "fixed: 1s");

  EXPECT_EQ(hash_of("seed: 1, artifacts: /elsewhere", "fixed: 1000ms, jitter: 0s"), base);
  EXPECT_NE(hash_of("seed: 2", "fixed: 1s"), base);
  EXPECT_NE(hash_of("seed: 1", "fixed: 2s"), base);
}

}  // namespace
}  // namespace faultline::rules

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/unit/rules/load_support.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace faultline::rules {

LoadOutcome load_text(const std::string& text, const Environment& environment) {
  const auto file = std::make_shared<const SourceFile>("faultline.yaml", text);
  return load_config(file, [&environment](std::string_view name) -> std::optional<std::string> {
    const auto at = environment.find(name);
    if (at == environment.end()) return std::nullopt;
    return at->second;
  });
}

std::shared_ptr<const Config> load_good(const std::string& text, const Environment& environment) {
  auto outcome = load_text(text, environment);
  EXPECT_TRUE(outcome.diagnostics.empty()) << render_diagnostics(outcome.diagnostics) << text;
  EXPECT_TRUE(outcome.config.has_value());
  if (!outcome.config) return std::make_shared<const Config>();
  return std::make_shared<const Config>(std::move(*outcome.config));
}

std::string with_listeners(const std::string& rest) {
  return "version: 1\n"
         "listeners:\n"
         "  - { name: shop, listen: 127.0.0.1:18080, upstream: http://127.0.0.1:8080 }\n"
         "  - { name: db, listen: 127.0.0.1:15432, protocol: tcp, upstream: 127.0.0.1:5432 }\n" +
         rest;
}

std::string short_errors(const LoadOutcome& outcome) {
  auto all = outcome.diagnostics;
  std::stable_sort(all.begin(), all.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return a.span.offset < b.span.offset;
  });
  std::string text;
  for (const auto& d : all) {
    text += fmt::format("{} {}\n", d.code, render_diagnostic_short(d));
  }
  return text;
}

void expect_golden(const std::string& path, const std::string& actual) {
  const auto full = std::string(FL_SOURCE_DIR) + "/" + path;
  if (std::getenv("FAULTLINE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(full, std::ios::binary) << actual;
    return;
  }
  std::ifstream file(full, std::ios::binary);
  ASSERT_TRUE(file.good()) << full << " is missing; run with FAULTLINE_UPDATE_GOLDEN=1";
  std::stringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(actual, expected.str());
}

const char* const kExample = R"(version: 1
run: { name: checkout-chaos, seed: 42, artifacts: ./runs }
gate: { flag: ATSH_ENABLED, environments: [preview, local, ci] }
listeners:
  - name: shop
    listen: 127.0.0.1:18080          # port 0 allowed; the real port is printed
    protocol: http                   # http | tcp
    upstream: http://127.0.0.1:8080
    contracts: [ ./shop.openapi.yaml ]
rules:
  - name: slow-cart
    match: { listener: shop, method: GET, path: /cart/:id }
    fault: { latency: { fixed: 200ms, jitter: 50ms } }
    chance: 20%
  - name: flaky-pay
    match: { listener: shop, method: POST, path: /checkout }
    fault: { abort: { status: 503 } }
    nth: [1, 2]
  - name: drifting-price
    match: { listener: shop, path: /items }
    fault: { schema_drift: { mutate: retype, pointer: /0/price } }
    every: 10
scenario:                            # optional; without it all rules are armed all the time
  phases:
    - { name: warm-up, for: 5s, rules: [] }
    - { name: fault, for: 10s, rules: [slow-cart, flaky-pay, drifting-price] }
    - { name: recovery, for: 5s, rules: [] }
mirror: { mode: lossless }           # lossless | lossy
redaction: { packs: [default] }
report: { formats: [json, markdown, junit], fail_on: error }
)";

}  // namespace faultline::rules

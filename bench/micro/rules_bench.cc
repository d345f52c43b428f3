// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/config_loader.h"
#include "rules/decision.h"
#include "rules/matcher.h"

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

namespace faultline::rules {
namespace {

std::string config_text(int64_t rules) {
  std::string text =
      "version: 1\nlisteners:\n"
      "  - { name: shop, listen: 127.0.0.1:0, protocol: http, upstream: http://127.0.0.1:1 }\n"
      "rules:\n"
      "  - name: slow-cart\n"
      "    match: { method: GET, path: /cart/:id }\n"
      "    fault: { latency: { fixed: 1ms } }\n"
      "    chance: 20%\n";
  for (int64_t i = 0; i < rules; ++i) {
    const std::string number = std::to_string(i);
    text += "  - name: other-" + number + "\n    match: { path: /other/" + number +
            " }\n    fault: { abort: { status: 503 } }\n";
  }
  return text;
}

std::shared_ptr<const Config> load(int64_t rules) {
  const auto file = std::make_shared<const SourceFile>("bench.yaml", config_text(rules));
  auto outcome = load_config(file, [](std::string_view) { return std::nullopt; });
  if (!outcome.config) return nullptr;
  return std::make_shared<const Config>(std::move(*outcome.config));
}

// A request that no rule is for, beside as many rules as the argument says.
void bm_match_nothing(benchmark::State& state) {
  const auto config = load(state.range(0));
  if (config == nullptr) return state.SkipWithError("the configuration does not load");
  const CompiledRules rules(config, 0);
  const RequestFacts request{.method = "GET", .target = "/json", .fields = {}};
  std::vector<uint32_t> plan;
  for (auto _ : state) benchmark::DoNotOptimize(rules.match_request(request, plan));
}
BENCHMARK(bm_match_nothing)->Arg(0)->Arg(100)->Arg(1000);

void bm_match_and_decide(benchmark::State& state) {
  const auto config = load(state.range(0));
  if (config == nullptr) return state.SkipWithError("the configuration does not load");
  const CompiledRules rules(config, 0);
  DecisionEngine engine(config, {.seed = 42});
  const RequestFacts request{.method = "GET", .target = "/cart/7", .fields = {}};
  ScopeFacts scope;
  scope.method = "GET";
  std::vector<uint32_t> plan;
  for (auto _ : state) {
    rules.match_request(request, plan);
    const Decision decision = engine.decide(plan.front(), scope, Duration(0));
    if (decision.fired()) engine.bypassed(plan.front(), BypassReason::TooLate);
  }
}
BENCHMARK(bm_match_and_decide)->Arg(0)->Arg(100);

void bm_load_config(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(load(state.range(0)));
}
BENCHMARK(bm_load_config)->Arg(0)->Arg(1000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace faultline::rules

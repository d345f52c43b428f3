// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/floor/sample.h"
#include "proxy/json/tape.h"

#include <benchmark/benchmark.h>

namespace faultline::json {
namespace {

void bm_parse(benchmark::State& state) {
  for (auto _ : state) {
    auto document = Document::parse(bench::kSampleOrder);
    benchmark::DoNotOptimize(document->root().size());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bench::kSampleOrder.size()));
}
BENCHMARK(bm_parse);

void bm_find(benchmark::State& state) {
  const auto document = Document::parse(bench::kSampleOrder);
  for (auto _ : state) benchmark::DoNotOptimize(document->root().find("shipping"));
}
BENCHMARK(bm_find);

}  // namespace
}  // namespace faultline::json

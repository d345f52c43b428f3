// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/micro/sample_message.h"
#include "proxy/tls/digest.h"
#include "redaction/redactor.h"

#include <benchmark/benchmark.h>

namespace faultline::redaction {
namespace {

void bm_redact_order(benchmark::State& state) {
  const auto crypto = tls::make_crypto();
  const auto redactor = Redactor::create(Policy{}, *crypto, "a key of the bench, 32 bytes....");
  if (!redactor) return state.SkipWithError("no redactor");
  const MessageView message = bench::sample_message();
  for (auto _ : state) benchmark::DoNotOptimize((*redactor)->redact(message));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(message.body.size()));
}
BENCHMARK(bm_redact_order);

}  // namespace
}  // namespace faultline::redaction

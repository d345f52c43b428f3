// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/micro/sample_message.h"
#include "contracts/engine.h"

#include <benchmark/benchmark.h>

#include <string>

namespace faultline::contracts {
namespace {

constexpr const char* kContract = R"(openapi: 3.0.3
info: { title: bench, version: "1" }
paths:
  /json:
    get:
      responses:
        "200":
          description: One order.
          content:
            application/json:
              schema:
                type: object
                required: [id, status, currency, total, customer, items, shipping]
                properties:
                  id: { type: string, pattern: "^ord-[0-9]{9}$" }
                  status: { type: string, enum: [open, paid, shipped] }
                  currency: { type: string, minLength: 3, maxLength: 3 }
                  total: { type: number, minimum: 0 }
                  customer: { type: object, required: [id, name, email] }
                  items:
                    type: array
                    minItems: 1
                    items:
                      type: object
                      required: [sku, quantity, price]
                      properties:
                        sku: { type: string }
                        quantity: { type: integer, minimum: 1 }
                        price: { type: number }
                  shipping: { type: object }
)";

void bm_check_order(benchmark::State& state) {
  const LoadResult loaded = load_openapi("bench.openapi.yaml", kContract);
  if (loaded.contract == nullptr) return state.SkipWithError("the contract does not load");
  const MessageView message = bench::sample_message();
  if (loaded.contract->check(message).verdict != Verdict::Conforms) {
    return state.SkipWithError("the sample does not conform");
  }
  for (auto _ : state) benchmark::DoNotOptimize(loaded.contract->check(message));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(message.body.size()));
}
BENCHMARK(bm_check_order);

void bm_load_contract(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(load_openapi("bench.openapi.yaml", kContract));
}
BENCHMARK(bm_load_contract)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace faultline::contracts

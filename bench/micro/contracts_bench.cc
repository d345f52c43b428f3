// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/micro/sample_message.h"
#include "contracts/engine.h"
#include "tests/heap/counting_new.h"

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <utility>

namespace faultline::contracts {
namespace {

// The order of bench/run behind a path of two parameters, with two in the query and a header on
// either side.
constexpr const char* kContract = R"(openapi: 3.0.3
info: { title: bench, version: "1" }
servers: [ { url: /v1 } ]
paths:
  /shops/{shop}: { get: { responses: { "200": { description: A shop. } } } }
  /shops/{shop}/orders/{order}:
    get:
      parameters:
        - { name: shop, in: path, required: true, schema: { type: string, pattern: "^[a-z-]+$" } }
        - { name: order, in: path, required: true, schema: { type: integer, minimum: 1 } }
        - { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 100 } }
        - { name: expand, in: query, schema: { type: string, enum: [ items, customer ] } }
        - { name: X-Tenant, in: header, required: true, schema: { type: string, maxLength: 36 } }
      responses:
        "200":
          description: One order.
          headers: { X-Rate-Left: { required: true, schema: { type: integer, minimum: 0 } } }
          content: { application/json: { schema: { $ref: "#/components/schemas/Order" } } }
        default: { description: A problem. }
components:
  schemas:
    Order:
      type: object
      required: [ id, status, currency, total, customer, items, shipping ]
      properties:
        id: { type: string, pattern: "^ord-[0-9]{9}$" }
        status: { type: string, enum: [ open, paid, shipped ] }
        currency: { type: string, minLength: 3, maxLength: 3 }
        total: { type: number, minimum: 0 }
        customer:
          type: object
          required: [ id, name, email ]
          properties:
            id: { type: integer }
            name: { type: string }
            email: { type: string }
            phone: { type: string }
            card: { type: string }
        items:
          type: array
          minItems: 1
          items:
            type: object
            required: [ sku, quantity, price ]
            properties:
              sku: { type: string }
              title: { type: string }
              quantity: { type: integer, minimum: 1 }
              price: { type: number }
              in_stock: { type: boolean }
        shipping:
          type: object
          properties:
            method: { type: string }
            days: { type: integer }
            express: { type: string, nullable: true }
)";
constexpr std::string_view kTarget = "/v1/shops/north-gate/orders/4711?limit=20&expand=items";

MessageView request() {
  MessageView message;
  message.direction = Direction::Request;
  message.method = "GET";
  message.target = kTarget;
  message.fields = {{"Host", "shop"}, {"Accept", "*/*"}, {"X-Tenant", "north"}};
  return message;
}

MessageView response() {
  MessageView message = bench::sample_message();
  message.target = kTarget;
  message.fields.push_back({"X-Rate-Left", "59"});
  return message;
}

/// Both halves of one exchange, as the analysis thread checks them. Without coverage, or with it.
void bm_check_exchange(benchmark::State& state) {
  const std::shared_ptr<const Contract> contract =
      load_openapi("bench.openapi.yaml", kContract).contract;
  if (contract == nullptr) return state.SkipWithError("the contract does not load");
  const MessageView halves[] = {request(), response()};
  CheckContext context;
  if (state.range(0) != 0) {
    CoverageRecord record;
    record.add(contract);
    context.record(std::move(record));
  }
  for (const MessageView& half : halves) {
    if (contract->check(half, context).verdict != Verdict::Conforms) {
      return state.SkipWithError("the sample does not conform");
    }
  }
  const size_t before = allocation_count();
  for (auto _ : state) {
    for (const MessageView& half : halves) {
      benchmark::DoNotOptimize(contract->check(half, context));
    }
  }
  const auto allocations = static_cast<double>(allocation_count() - before);
  state.counters["allocations"] = allocations / static_cast<double>(state.iterations());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(bm_check_exchange)->ArgName("coverage")->Arg(0)->Arg(1);

void bm_load_contract(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(load_openapi("bench.openapi.yaml", kContract));
}
BENCHMARK(bm_load_contract)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace faultline::contracts

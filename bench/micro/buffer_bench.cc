// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/buffer/block.h"
#include "proxy/buffer/chain.h"

#include <benchmark/benchmark.h>

#include <array>

namespace faultline::buffer {
namespace {

// One small message on its way: a block, a slice, reader's chain, writer's chain, gone.
void bm_small_message(benchmark::State& state) {
  BlockPool pool;
  for (auto _ : state) {
    Block& block = pool.acquire();
    Chain reader;
    reader.append(Slice(block, 0, 200));
    Chain writer;
    writer.append(std::move(reader));
    std::array<iovec, 4> out{};
    benchmark::DoNotOptimize(writer.iov(out));
    writer.advance(writer.size());
  }
}
BENCHMARK(bm_small_message);

// A body of 1 MiB in blocks of the bulk class.
void bm_bulk_body(benchmark::State& state) {
  BlockPool pool;
  for (auto _ : state) {
    Chain writer;
    for (int i = 0; i < 4; ++i) {
      Block& block = pool.acquire(limits::kBlockBytesBulk);
      writer.append(Slice(block, 0, limits::kBlockBytesBulk));
    }
    while (!writer.empty()) writer.advance(64UL * 1024);
  }
  state.SetBytesProcessed(state.iterations() * 1024 * 1024);
}
BENCHMARK(bm_bulk_body);

}  // namespace
}  // namespace faultline::buffer

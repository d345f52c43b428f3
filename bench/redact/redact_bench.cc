// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// MB/s of the scanners over the same bytes, one thread. `bench_redact [FILE ...]` measures files
// too, `bench_redact --hostile [UNIT ...]` prints the texts that are slowest to scan, of those that
// repeat a unit of the table or one of the units given.
#include "bench/redact/corpus.h"
#include "bench/redact/engines.h"
#include "redaction/anchors/kernels.h"
#include "redaction/block_reader.h"
#include "redaction/patterns.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <span>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/resource.h>
#include <time.h>

namespace {

constexpr uint64_t kSeed = 7;
constexpr size_t kBytes = 4UL << 20U;
constexpr auto kLeast = std::chrono::milliseconds(150);

using Clock = std::chrono::steady_clock;

double seconds(Clock::duration time) { return std::chrono::duration<double>(time).count(); }

// Of this thread: other programs on the machine do not count.
double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// The best of as many rounds as fit: what disturbs a round only makes it slower.
double best_rate(faultline::bench::Engine& engine, const std::string& text, size_t& found) {
  found = engine.scan(text);
  double best = 0;
  const auto begin = Clock::now();
  do {
    const double from = cpu_seconds();
    found = engine.scan(text);
    const double rate = static_cast<double>(text.size()) / 1e6 / (cpu_seconds() - from);
    best = rate > best ? rate : best;
  } while (Clock::now() - begin < kLeast);
  return best;
}

void measure(faultline::bench::Engine& engine, const std::vector<faultline::bench::Input>& inputs) {
  std::printf("%-26s", engine.name().c_str());
  for (const auto& input : inputs) {
    size_t found = 0;
    const double rate = best_rate(engine, input.text, found);
    std::printf(" %9.1f", rate);
    std::fflush(stdout);
  }
  std::printf("\n");
}

void print_masks(const std::vector<faultline::bench::Input>& inputs) {
  namespace anchors = faultline::redaction::anchors;
  for (const auto set : anchors::kInstructionSets) {
    const auto* const kernels = anchors::kernels(set);
    if (kernels == nullptr) continue;
    std::printf("masks, %-19s", std::string(anchors::instruction_set_name(set)).c_str());
    for (const auto& input : inputs) {
      uint64_t sum = 0;
      const auto begin = Clock::now();
      unsigned rounds = 0;
      for (; Clock::now() - begin < kLeast / 4; ++rounds) {
        anchors::BatchMasks masks;
        faultline::redaction::for_each_batch(
            input.text, kernels->classify, masks,
            [&](size_t, size_t, const char*) { sum += masks.word.blocks()[0]; });
      }
      const double total = static_cast<double>(input.text.size()) * rounds / 1e6;
      std::printf(" %9.1f", sum == 1 ? 0.0 : total / seconds(Clock::now() - begin));
    }
    std::printf("\n");
  }
}

double cpu_rate(faultline::bench::Engine& engine, const std::string& text) {
  const double from = cpu_seconds();
  static_cast<void>(engine.scan(text));
  return static_cast<double>(text.size()) / 1e6 / (cpu_seconds() - from);
}

// The slowest texts of all that are made from the table, slowest first; or of those that repeat one
// of `units`.
void print_slowest(std::span<char* const> units) {
  constexpr size_t kHostileBytes = 128UL << 10U;
  constexpr size_t kShown = 25;
  constexpr unsigned kRounds = 5;
  auto inputs = faultline::bench::make_hostile_inputs(kHostileBytes, {units.begin(), units.end()});
  for (const auto& engine : faultline::bench::make_own_engines()) {
    std::vector<std::pair<double, std::string>> rates;
    for (const auto& input : inputs) rates.emplace_back(0, input.name);
    // Round by round: what disturbs the machine for a moment hits a text once.
    for (unsigned round = 0; round < kRounds; ++round) {
      for (size_t i = 0; i < inputs.size(); ++i) {
        rates[i].first = std::max(rates[i].first, cpu_rate(*engine, inputs[i].text));
      }
    }
    std::sort(rates.begin(), rates.end());
    std::printf("%s: %zu texts, the slowest in MB/s\n", engine->name().c_str(), rates.size());
    for (size_t i = 0; i < std::min(kShown, rates.size()); ++i) {
      std::printf("  %8.1f  %s\n", rates[i].first, rates[i].second.c_str());
    }
  }
}

void print_memory() {
  rusage before{};
  getrusage(RUSAGE_SELF, &before);
  faultline::redaction::PatternSet patterns(true);
  const bool ok = patterns.compile_all();
  rusage after{};
  getrusage(RUSAGE_SELF, &after);
  std::printf("compiled rules: %s, %zu RE2 instructions, resident set +%ld KB\n",
              ok ? "all" : "NOT ALL", patterns.program_size(), after.ru_maxrss - before.ru_maxrss);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc >= 2 && std::string_view(argv[1]) == "--hostile") {
    print_slowest(std::span<char* const>(argv, static_cast<size_t>(argc)).subspan(2));
    return 0;
  }
  print_memory();
  auto inputs = faultline::bench::make_inputs(kSeed, kBytes);
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    inputs.push_back({std::string(argv[i]), text.str()});
  }
  std::printf("%-26s", "MB/s");
  for (const auto& input : inputs) std::printf(" %9.9s", input.name.c_str());
  std::printf("\n");
  print_masks(inputs);
  for (const auto& engine : faultline::bench::make_own_engines()) measure(*engine, inputs);
  if (const auto engine = faultline::bench::make_hyperscan_engine()) {
    measure(*engine, inputs);
  } else {
    std::printf("Hyperscan: not built in (libhyperscan-dev)\n");
  }
  for (auto& input : inputs) input.text.resize(std::min<size_t>(input.text.size(), kBytes / 16));
  for (const auto& engine : faultline::bench::make_re2_engines()) measure(*engine, inputs);
}

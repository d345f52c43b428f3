// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// What NEON sees in a text beside what its scalar twin sees, on texts that are made of anchors and
// their neighbours. A program of its own: it runs on a machine, or an emulation of one,
// that has no test framework.
#include "proxy/base/random.h"
#include "redaction/anchors/anchor_list.h"
#include "tests/cross/kernel_words.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

namespace anchors = faultline::redaction::anchors;
namespace random_numbers = faultline::random;

constexpr size_t kRounds = 1000;
constexpr size_t kBytesMax = 5000;

class Draws {
 public:
  explicit Draws(uint64_t seed) : seed_(seed) {}
  size_t below(size_t range) {
    random_numbers::Inputs inputs;
    inputs.seed = seed_;
    inputs.draw = draws_++;
    return random_numbers::scale(random_numbers::draw(inputs), range);
  }

 private:
  uint64_t seed_;
  uint64_t draws_ = 0;
};

// Anchors, half of them wrong by one bit, and any bytes between.
std::string drawn_text(Draws& draws, size_t length) {
  const auto& all = anchors::AnchorList::instance().all();
  std::string text;
  while (text.size() < length) {
    if (draws.below(2) == 0) {
      std::string anchor(all[draws.below(all.size())].text);
      if (draws.below(2) == 0) {
        anchor[draws.below(anchor.size())] ^= static_cast<char>(1U << draws.below(8));
      }
      text += anchor;
    }
    for (size_t left = draws.below(12); left > 0; --left) {
      text += static_cast<char>(draws.below(256));
    }
  }
  text.resize(length);
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  const uint64_t seed = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1;
  const auto* const neon = anchors::kernels(anchors::InstructionSet::Neon);
  const auto* const scalar = anchors::kernels(anchors::InstructionSet::Scalar);
  if (neon == nullptr) {
    std::fputs("this machine has no NEON\n", stderr);
    return 1;
  }
  Draws draws(seed);
  size_t likely = 0;
  for (size_t round = 0; round < kRounds; ++round) {
    const std::string text = drawn_text(draws, 1 + draws.below(kBytesMax));
    const auto want = faultline::testing::words_of(*scalar, text);
    if (faultline::testing::words_of(*neon, text) != want) {
      std::fprintf(stderr, "seed %llu, round %zu: other masks\n",
                   static_cast<unsigned long long>(seed), round);
      return 1;
    }
    likely += want.size();
  }
  std::printf("%zu texts alike, %zu words and places\n", kRounds, likely);
  return 0;
}

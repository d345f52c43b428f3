// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// The masks of classify_neon() beside those of its scalar twin, on blocks that are made to meet
// anchors and their neighbours. A program of its own: it runs on a machine, or an emulation of one,
// that has no test framework.
#include "proxy/base/random.h"
#include "redaction/anchors/anchor_list.h"
#include "redaction/anchors/block.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

namespace anchors = faultline::redaction::anchors;
namespace random_numbers = faultline::random;

constexpr size_t kRounds = 4000;
constexpr size_t kBlocks = 4;

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
  const auto classify = anchors::classifier(anchors::InstructionSet::Neon);
  if (classify == nullptr) {
    std::fputs("this machine has no NEON\n", stderr);
    return 1;
  }
  Draws draws(seed);
  size_t marked = 0;
  for (size_t round = 0; round < kRounds; ++round) {
    const std::string text = drawn_text(draws, kBlocks * anchors::kBlockBytes + anchors::kOverhang);
    std::vector<anchors::BlockMasks> want(kBlocks);
    std::vector<anchors::BlockMasks> got(kBlocks);
    anchors::classify_scalar(anchors::nibble_tables(), text.data(), kBlocks, want.data());
    classify(anchors::nibble_tables(), text.data(), kBlocks, got.data());
    for (size_t block = 0; block < kBlocks; ++block) {
      marked += want[block].word_anchor != 0 && want[block].any_anchor != 0 ? 1 : 0;
      if (got[block] == want[block]) continue;
      std::fprintf(stderr, "seed %llu, round %zu: block %zu has other masks\n",
                   static_cast<unsigned long long>(seed), round, block);
      return 1;
    }
  }
  std::printf("%zu blocks alike, anchors of both kinds in %zu\n", kRounds * kBlocks, marked);
  // Empty masks would be alike as well.
  return marked > kRounds ? 0 : 1;
}

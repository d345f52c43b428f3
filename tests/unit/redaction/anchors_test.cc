// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/anchors/anchor_list.h"
#include "redaction/anchors/block.h"
#include "redaction/block_reader.h"
#include "redaction/range.h"
#include "redaction/scanner.h"
#include "tests/unit/redaction/redaction_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <span>
#include <string>
#include <vector>

namespace faultline::redaction::anchors {
namespace {

using redaction::testing::Dice;

std::vector<BlockMasks> masks_of(Classify classify, std::string_view text) {
  std::vector<BlockMasks> out;
  for_each_batch(text, classify,
                 [&](size_t /*at*/, std::span<const BlockMasks> masks, const char* /*bytes*/) {
                   out.insert(out.end(), masks.begin(), masks.end());
                 });
  return out;
}

// Bytes that are likely to meet: pieces of anchors, their neighbours by a nibble, digits and marks.
std::string hostile_text(Dice& dice, size_t length) {
  const auto& all = AnchorList::instance().all();
  std::string text;
  while (text.size() < length) {
    switch (dice.below(4)) {
      case 0: {
        std::string anchor(all[dice.below(all.size())].text);
        if (dice.below(2) == 0) anchor[dice.below(anchor.size())] ^= static_cast<char>(0x10);
        text += anchor;
        break;
      }
      case 1:
        text += dice.text("0123456789 -.:=>%\\+@/_\"", 1 + dice.below(30));
        break;
      case 2:
        text += static_cast<char>(dice.below(256));
        break;
      default:
        text += dice.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
                          1 + dice.below(40));
    }
  }
  text.resize(length);
  return text;
}

TEST(Anchors, EveryInstructionSetGivesTheMasksOfTheScalarTwin) {
  Dice dice(41);
  for (size_t round = 0; round < 400; ++round) {
    const std::string text = hostile_text(dice, 1 + dice.below(400));
    const auto want = masks_of(classify_scalar, text);
    for (const auto set : kInstructionSets) {
      const Classify classify = classifier(set);
      if (classify == nullptr) continue;
      EXPECT_EQ(masks_of(classify, text), want) << instruction_set_name(set) << ": " << text;
    }
  }
}

TEST(Anchors, BitsAreListedAsTheScalarTwinListsThem) {
  Dice dice(43);
  for (size_t round = 0; round < 400; ++round) {
    std::vector<uint64_t> words(1 + dice.below(40));
    for (auto& word : words) {
      word = dice.below(UINT64_MAX);
      // From full to empty.
      for (uint64_t thinner = dice.below(8); thinner > 0; --thinner) word &= dice.below(UINT64_MAX);
      if (dice.below(9) == 0) word = ~word;
    }
    std::vector<uint16_t> want(words.size() * 64 + kListSlack);
    std::vector<uint16_t> got(want.size());
    const size_t count = list_bits_scalar(words.data(), words.size(), want.data());
    ASSERT_EQ(best_bit_lister()(words.data(), words.size(), got.data()), count);
    want.resize(count);
    got.resize(count);
    EXPECT_EQ(got, want);
  }
}

TEST(Anchors, MasksSayWhatTheBytesAre) {
  std::string text;
  for (unsigned byte = 0; byte < 256; ++byte) text += static_cast<char>(byte);
  const auto masks = masks_of(best_classifier(), text);
  ASSERT_EQ(masks.size(), 4U);
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto bit = [&](uint64_t BlockMasks::* mask) {
      return (masks[i / 64].*mask >> (i % 64) & 1U) != 0;
    };
    SCOPED_TRACE(i);
    EXPECT_EQ(bit(&BlockMasks::word), is_alnum(c));
    EXPECT_EQ(bit(&BlockMasks::digit), c >= '0' && c <= '9');
    EXPECT_EQ(bit(&BlockMasks::upper), c >= 'A' && c <= 'Z');
    EXPECT_EQ(bit(&BlockMasks::run),
              is_alnum(c) || std::string_view("+/-_").find(c) != std::string_view::npos);
    EXPECT_EQ(bit(&BlockMasks::bind), std::string_view(":=>").find(c) != std::string_view::npos);
    EXPECT_EQ(bit(&BlockMasks::mark), std::string_view("@%\\+").find(c) != std::string_view::npos);
  }
}

TEST(Anchors, NoAnchorIsMissedWhereverItStands) {
  for (const auto& anchor : AnchorList::instance().all()) {
    std::string spelled(anchor.text);
    std::replace(spelled.begin(), spelled.end(), '-', anchor.kind == Kind::Context ? ' ' : '-');
    for (const size_t before : {0U, 1U, 61U, 62U, 63U, 64U, 126U, 2000U}) {
      const std::string text = std::string(before, '.') + spelled + " x";
      const auto masks = masks_of(best_classifier(), text);
      const BlockMasks& block = masks[before / 64];
      const uint64_t found = begins_word(anchor) ? block.word_anchor : block.any_anchor;
      EXPECT_TRUE((found >> (before % 64) & 1U) != 0) << spelled << " at " << before;
      EXPECT_TRUE(AnchorList::instance().at(text, before, [&](const Anchor& a, size_t) {
        return &a == &anchor;
      })) << spelled;
    }
  }
}

TEST(Anchors, FewPlacesOfOrdinaryTextAreCandidates) {
  std::string text;
  Dice dice(5);
  while (text.size() < 200000) {
    text += R"({"id":)" + std::to_string(dice.below(100000)) +
            R"(,"title":"A chair of beech wood",)" +
            R"("tags":["home","garden"],"created":"2026-02-03T10:00:00Z","price":19.5},)" + "\n";
  }
  const auto masks = masks_of(best_classifier(), text);
  size_t candidates = 0;
  BlockCombiner combiner;
  for (const auto& block : masks) {
    candidates += static_cast<size_t>(std::popcount(combiner.next(block).anchors));
  }
  EXPECT_LT(candidates, text.size() / 12) << candidates << " in " << text.size();
}

}  // namespace
}  // namespace faultline::redaction::anchors

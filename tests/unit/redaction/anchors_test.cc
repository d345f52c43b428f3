// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "redaction/anchors/anchor_list.h"
#include "redaction/anchors/block_events.h"
#include "redaction/anchors/kernels.h"
#include "redaction/block_reader.h"
#include "redaction/lexicon.h"
#include "redaction/name_filter.h"
#include "redaction/range.h"
#include "redaction/scanner.h"
#include "tests/unit/redaction/redaction_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace faultline::redaction::anchors {
namespace {

using redaction::testing::Dice;

constexpr std::array kMasks{&BatchMasks::any_anchor, &BatchMasks::word,    &BatchMasks::run,
                            &BatchMasks::digit,      &BatchMasks::bind,    &BatchMasks::mark,
                            &BatchMasks::gap,        &BatchMasks::exponent};

// Of each block, its masks in the order of kMasks.
using AllMasks = std::vector<std::array<uint64_t, kMasks.size()>>;

AllMasks masks_of(Classify classify, std::string_view text) {
  AllMasks out;
  BatchMasks masks;
  for_each_batch(text, classify, masks, [&](size_t /*at*/, size_t blocks, const char* /*bytes*/) {
    for (size_t block = 0; block < blocks; ++block) {
      auto& all = out.emplace_back();
      for (size_t i = 0; i < kMasks.size(); ++i) all[i] = (masks.*kMasks[i]).blocks()[block];
    }
  });
  return out;
}

// The kernels of this machine but for the scalar ones.
std::vector<const Kernels*> fast_kernels() {
  std::vector<const Kernels*> out;
  for (const auto set : kInstructionSets) {
    const Kernels* const found = kernels(set);
    if (found != nullptr && set != InstructionSet::Scalar) out.push_back(found);
  }
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
    for (const Kernels* fast : fast_kernels()) {
      EXPECT_EQ(masks_of(fast->classify, text), want) << text;
    }
  }
}

// From full to empty.
uint64_t any_word(Dice& dice) {
  uint64_t word = dice.below(UINT64_MAX);
  for (uint64_t thinner = dice.below(8); thinner > 0; --thinner) word &= dice.below(UINT64_MAX);
  return dice.below(4) == 0 ? ~word : word;
}

TEST(Anchors, BitsAreListedAsTheScalarTwinListsThem) {
  Dice dice(43);
  for (size_t round = 0; round < 400; ++round) {
    std::vector<uint64_t> words(1 + dice.below(40));
    for (auto& word : words) word = any_word(dice);
    std::vector<uint16_t> want(words.size() * 64 + kListSlack);
    const size_t count = list_bits_scalar(words.data(), words.size(), want.data());
    want.resize(count);
    for (const Kernels* fast : fast_kernels()) {
      for (const ListBits list : {fast->list_many, fast->list_few}) {
        std::vector<uint16_t> got(words.size() * 64 + kListSlack);
        ASSERT_EQ(list(words.data(), words.size(), got.data()), count);
        got.resize(count);
        EXPECT_EQ(got, want);
      }
    }
  }
}

// What stands at each place of the text and before it says the same as the rows.
class SlowEvents {
 public:
  explicit SlowEvents(std::string_view text) : text_(text) {}
  [[nodiscard]] bool begins_word(size_t i) const { return word(i) && !word_before(i); }
  [[nodiscard]] bool ends_card(size_t i) const {
    if (i + 1 < kCardDigitsMin || !digit(i + 1 - kCardDigitsMin)) return false;
    if (!begins_word(i + 1 - kCardDigitsMin)) return false;
    for (size_t k = i + 1 - kCardDigitsMin; k <= i; ++k) {
      const bool is_gap = (text_[k] == ' ' || text_[k] == '-') && k > 0 && digit(k - 1);
      if (!digit(k) && !is_gap) return false;
    }
    return true;
  }
  [[nodiscard]] bool is_iban(size_t i) const {
    return i >= 3 && begins_word(i - 3) && is_ascii_alpha(text_[i - 3]) &&
           is_ascii_alpha(text_[i - 2]) && digit(i - 1) && digit(i);
  }
  // Characters of a run that end at a place.
  [[nodiscard]] size_t run_to(size_t i) const {
    size_t length = 0;
    while (length <= i && in_run(text_[i - length])) ++length;
    return length;
  }

 private:
  static bool in_run(char c) {
    return is_alnum(c) || std::string_view("+/-_").find(c) != std::string_view::npos;
  }
  [[nodiscard]] bool word(size_t i) const { return is_alnum(text_[i]); }
  [[nodiscard]] bool word_before(size_t i) const { return i > 0 && word(i - 1); }
  [[nodiscard]] bool digit(size_t i) const { return is_ascii_digit(text_[i]); }

  std::string_view text_;
};

TEST(Anchors, EventsSayWhatStandsInFrontOfThem) {
  Dice dice(47);
  for (size_t round = 0; round < 60; ++round) {
    const std::string text = hostile_text(dice, 1 + dice.below(5000));
    const SlowEvents slow(text);
    for (const auto set : kInstructionSets) {
      const Kernels* const fast = kernels(set);
      if (fast == nullptr) continue;
      Batch batch;
      batch.start();
      for_each_batch(text, fast->classify, batch.masks, [&](size_t at, size_t blocks, const char*) {
        fast->combine(batch, blocks);
        for (size_t i = 0; i < blocks * kBlockBytes && at + i < text.size(); ++i) {
          const auto bit = [&](const MaskRow& row) {
            return (row.blocks()[i / kBlockBytes] >> (i % kBlockBytes) & 1U) != 0;
          };
          const size_t place = at + i;
          SCOPED_TRACE(text.substr(0, place + 1));
          EXPECT_TRUE(bit(batch.events.anchors) || !slow.begins_word(place));
          ASSERT_EQ(bit(batch.events.cards), slow.ends_card(place));
          ASSERT_EQ(bit(batch.events.ibans), slow.is_iban(place));
          ASSERT_EQ(bit(batch.events.run_long), slow.run_to(place) == kRunMin);
          ASSERT_EQ(bit(batch.events.run_end),
                    place > 0 && slow.run_to(place) == 0 && slow.run_to(place - 1) >= kRunMin);
        }
        batch.carry(blocks);
      });
    }
  }
}

TEST(Anchors, ASingleBlockHasTheEventsOfABatch) {
  Dice dice(59);
  const Kernels& fast = best_kernels();
  size_t long_runs = 0;
  for (size_t round = 0; round < 3000; ++round) {
    const bool is_run = dice.below(4) == 0;
    const size_t size = 1 + dice.below(kBlockBytes);
    const std::string text =
        is_run ? dice.text("aB3+/-_", size) : hostile_text(dice, size).substr(0, size);
    Batch batch;
    batch.start();
    for_each_batch(text, fast.classify, batch.masks, [&](size_t, size_t blocks, const char*) {
      ASSERT_EQ(blocks, 1U);
      const BlockEvents single = events_of_single_block(batch.masks);
      fast.combine(batch, blocks);
      const BlockEvents want = events_of_block(batch.events, 0);
      SCOPED_TRACE(text);
      EXPECT_EQ(single.anchors, want.anchors);
      EXPECT_EQ(single.cards, want.cards);
      EXPECT_EQ(single.ibans, want.ibans);
      EXPECT_EQ(single.run_long, want.run_long);
      EXPECT_EQ(single.run_end, want.run_end);
      EXPECT_EQ(single.exponents, want.exponents);
      batch.carry(blocks);
      EXPECT_EQ(single.ends_in_long_run, batch.is_in_long_run());
      long_runs += single.ends_in_long_run ? 1 : 0;
    });
  }
  EXPECT_GT(long_runs, 0U);
}

std::vector<uint16_t> places_in(Dice& dice, size_t from, size_t to) {
  std::vector<uint16_t> places;
  for (size_t i = from; i < to; ++i) {
    if (dice.below(3) == 0) places.push_back(static_cast<uint16_t>(i));
  }
  return places;
}

TEST(Anchors, FrontsAreKeptAsTheScalarTwinKeepsThem) {
  Dice dice(53);
  const FrontTable& fronts = AnchorList::instance().fronts();
  size_t kept = 0;
  for (size_t round = 0; round < 300; ++round) {
    const std::string text = hostile_text(dice, 300);
    const auto places = places_in(dice, 0, text.size() - kOverhang);
    auto want = places;
    want.resize(keep_fronts_scalar(fronts, text.data(), want.data(), want.size()));
    for (const Kernels* fast : fast_kernels()) {
      auto got = places;
      got.resize(fast->keep_fronts(fronts, text.data(), got.data(), got.size()));
      EXPECT_EQ(got, want) << text;
    }
    kept += want.size();
  }
  EXPECT_GT(kept, 300U);
}

TEST(Anchors, NamesAreKeptAsTheScalarTwinKeepsThem) {
  Dice dice(59);
  std::vector<std::string> known;
  for_each_name([&](std::string_view name, NameKind) { known.emplace_back(name); });
  size_t kept = 0;
  size_t all = 0;
  for (size_t round = 0; round < 600; ++round) {
    std::string text = "12345";
    while (text.size() < 400) {
      text += dice.below(3) == 0 ? dice.pick(known)
                                 : dice.text("abcdeilmnorstuwxyz", 1 + dice.below(7));
      text += dice.text("_-$.[] /:\"'`<>!=A9\x80\xff", dice.below(4));
      text += dice.text(":=>", 1);
    }
    const auto places = places_in(dice, kNameBytesBefore, text.size() - kNameBytesAfter);
    for (const auto* filter : {&NameFilter::deciding(), &NameFilter::all()}) {
      auto want = places;
      want.resize(keep_names_scalar(filter->ends(), text.data(), want.data(), want.size()));
      for (const Kernels* fast : fast_kernels()) {
        auto got = places;
        got.resize(fast->keep_names(filter->ends(), text.data(), got.data(), got.size()));
        EXPECT_EQ(got, want) << text;
      }
      kept += want.size();
      all += places.size();
    }
  }
  EXPECT_GT(kept, all / 10);
  EXPECT_LT(kept, all * 9 / 10);
}

TEST(Anchors, MasksSayWhatTheBytesAre) {
  std::string text;
  for (unsigned byte = 0; byte < 256; ++byte) text += static_cast<char>(byte);
  BatchMasks masks;
  for_each_batch(text, best_kernels().classify, masks, [&](size_t at, size_t blocks, const char*) {
    for (size_t i = 0; i < blocks * kBlockBytes && at + i < text.size(); ++i) {
      const char c = text[at + i];
      const auto bit = [&](const MaskRow& row) {
        return (row.blocks()[i / kBlockBytes] >> (i % kBlockBytes) & 1U) != 0;
      };
      const auto is_one_of = [c](std::string_view some) {
        return some.find(c) != std::string_view::npos;
      };
      SCOPED_TRACE(at + i);
      EXPECT_EQ(bit(masks.word), is_alnum(c));
      EXPECT_EQ(bit(masks.digit), c >= '0' && c <= '9');
      EXPECT_EQ(bit(masks.run), is_alnum(c) || is_one_of("+/-_"));
      EXPECT_EQ(bit(masks.bind), is_one_of(":=>"));
      EXPECT_EQ(bit(masks.mark), is_one_of("@%\\+"));
      EXPECT_EQ(bit(masks.gap), is_one_of(" -"));
      EXPECT_EQ(bit(masks.exponent), is_one_of("eE"));
    }
  });
}

// The places of a text that are left when all stages have looked at it.
std::vector<size_t> likely_anchors(std::string_view text) {
  const Kernels& fast = best_kernels();
  Batch batch;
  batch.start();
  std::vector<size_t> out;
  for_each_batch(
      text, fast.classify, batch.masks, [&](size_t at, size_t blocks, const char* bytes) {
        fast.combine(batch, blocks);
        std::vector<uint16_t> places(blocks * kBlockBytes + kListSlack);
        const size_t count = fast.list_many(batch.events.anchors.blocks(), blocks, places.data());
        const auto& fronts = AnchorList::instance().fronts();
        places.resize(fast.keep_fronts(fronts, bytes, places.data(), count));
        for (const uint16_t place : places) out.push_back(at + place);
        batch.carry(blocks);
      });
  return out;
}

TEST(Anchors, NoAnchorIsMissedWhereverItStands) {
  for (const auto& anchor : AnchorList::instance().all()) {
    std::string spelled(anchor.text);
    std::replace(spelled.begin(), spelled.end(), '-', anchor.kind == Kind::Context ? ' ' : '-');
    for (const size_t before : {0U, 1U, 61U, 62U, 63U, 64U, 126U, 2000U, 2046U, 2048U}) {
      // One that may stand inside a word does.
      const std::string text = std::string(before, anchor.begins_word ? '.' : 'z') + spelled + " x";
      const auto places = likely_anchors(text);
      EXPECT_TRUE(std::find(places.begin(), places.end(), before) != places.end())
          << spelled << " at " << before;
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
  EXPECT_LT(likely_anchors(text).size(), text.size() / 200);
}

}  // namespace
}  // namespace faultline::redaction::anchors

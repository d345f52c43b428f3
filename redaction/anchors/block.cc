// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#include "redaction/anchors/block.h"

#include "redaction/anchors/anchor_list.h"
#include "redaction/anchors/byte_classes.h"

#include <algorithm>
#include <bit>
#include <vector>

namespace faultline::redaction::anchors {
namespace {

constexpr size_t kBuckets = 16;
constexpr size_t kWordBucketsEnd = 12;

// The bytes that may stand at each of the four positions, by nibble.
struct Shape {
  std::array<uint16_t, NibbleTables::kPositions> low{};
  std::array<uint16_t, NibbleTables::kPositions> high{};

  void allow(size_t position, unsigned byte) {
    low[position] = static_cast<uint16_t>(low[position] | 1U << (byte & 15U));
    high[position] = static_cast<uint16_t>(high[position] | 1U << (byte >> 4U));
  }
  void allow_all(size_t position) { low[position] = high[position] = 0xFFFF; }
  void join(const Shape& other) {
    for (size_t i = 0; i < NibbleTables::kPositions; ++i) {
      low[i] = static_cast<uint16_t>(low[i] | other.low[i]);
      high[i] = static_cast<uint16_t>(high[i] | other.high[i]);
    }
  }
  // The share of a text's places that passes, as far as it follows from single bytes.
  [[nodiscard]] double cost() const {
    // How often each upper nibble stands in JSON and HTTP: small letters above all.
    constexpr std::array<double, 16> kOften{.002, .002, .15,  .12,  .03,  .03,  .40,  .26,
                                            .001, .001, .001, .001, .001, .001, .001, .001};
    double product = 1;
    for (size_t i = 0; i < NibbleTables::kPositions; ++i) {
      double share = 0;
      for (size_t nibble = 0; nibble < 16; ++nibble) {
        if ((high[i] >> nibble & 1U) != 0) share += kOften[nibble];
      }
      product *= share * std::popcount(low[i]) / 16;
    }
    return product;
  }
};

Shape shape_of(const Anchor& anchor) {
  Shape shape;
  bool open = false;  // a separator that may be missing: nothing is known from there on
  for (size_t i = 0; i < NibbleTables::kPositions; ++i) {
    open =
        open || (anchor.kind == Kind::Context && i < anchor.text.size() && anchor.text[i] == '-');
    if (open || i >= anchor.text.size()) {
      shape.allow_all(i);
      continue;
    }
    const unsigned byte = static_cast<unsigned char>(anchor.text[i]);
    shape.allow(i, byte);
    if (folds(anchor.kind)) shape.allow(i, byte ^ 0x20U);
  }
  return shape;
}

// Greedy: the most selective anchors first, each into the bucket that grows least by it.
std::array<Shape, kBuckets> fill_buckets(const std::vector<Anchor>& anchors) {
  struct Item {
    Shape shape;
    bool begins_word;
  };
  std::vector<Item> items;
  items.reserve(anchors.size());
  for (const auto& anchor : anchors) items.push_back({shape_of(anchor), begins_word(anchor)});
  std::stable_sort(items.begin(), items.end(),
                   [](const Item& a, const Item& b) { return a.shape.cost() > b.shape.cost(); });
  std::array<Shape, kBuckets> buckets{};
  for (const auto& item : items) {
    const size_t first = item.begins_word ? 0 : kWordBucketsEnd;
    const size_t last = item.begins_word ? kWordBucketsEnd : kBuckets;
    size_t best = first;
    double best_growth = -1;
    for (size_t bucket = first; bucket < last; ++bucket) {
      Shape joined = buckets[bucket];
      joined.join(item.shape);
      const double growth = joined.cost() - buckets[bucket].cost();
      if (best_growth < 0 || growth < best_growth) {
        best = bucket;
        best_growth = growth;
      }
    }
    buckets[best].join(item.shape);
  }
  return buckets;
}

NibbleTables make_tables() {
  const auto buckets = fill_buckets(AnchorList::instance().all());
  NibbleTables tables;
  for (size_t bucket = 0; bucket < kBuckets; ++bucket) {
    const auto bit = static_cast<uint8_t>(1U << (bucket % 8));
    for (size_t position = 0; position < NibbleTables::kPositions; ++position) {
      auto& low = tables.low[position][bucket / 8];
      auto& high = tables.high[position][bucket / 8];
      for (size_t nibble = 0; nibble < 16; ++nibble) {
        if ((buckets[bucket].low[position] >> nibble & 1U) != 0) low[nibble] |= bit;
        if ((buckets[bucket].high[position] >> nibble & 1U) != 0) high[nibble] |= bit;
      }
    }
  }
  return tables;
}

unsigned buckets_at(const NibbleTables& tables, const char* at, size_t half) {
  unsigned buckets = 0xFF;
  for (size_t position = 0; position < NibbleTables::kPositions; ++position) {
    const auto byte = static_cast<unsigned char>(at[position]);
    buckets &= static_cast<unsigned>(tables.low[position][half][byte & 15U]) &
               tables.high[position][half][byte >> 4U];
  }
  return buckets;
}

}  // namespace

const NibbleTables& nibble_tables() {
  static const NibbleTables kTables = make_tables();
  return kTables;
}

void classify_scalar(const NibbleTables& tables, const char* text, size_t blocks, BlockMasks* out) {
  for (size_t block = 0; block < blocks; ++block, text += kBlockBytes) {
    BlockMasks masks{};
    for (size_t i = 0; i < kBlockBytes; ++i) {
      const uint64_t bit = uint64_t{1} << i;
      const auto byte = static_cast<unsigned char>(text[i]);
      const unsigned classes = kClassLow[byte & 15U] & kClassHigh[byte >> 4U];
      if ((classes & kWordBits) != 0) masks.word |= bit;
      if ((classes & (kWordBits | kJoinerBit)) != 0 || byte == '_') masks.run |= bit;
      if ((classes & kDigitBit) != 0) masks.digit |= bit;
      if ((classes & kLetterBits) != 0 && (byte & 0x20U) == 0) masks.upper |= bit;
      if ((classes & kColonBit) != 0) masks.bind |= bit;
      if ((classes & kMarkBits) != 0) masks.mark |= bit;
      if (byte == ' ' || byte == '-') masks.gap |= bit;
      if ((byte | 0x20U) == 'e') masks.exponent |= bit;
      const unsigned first = buckets_at(tables, text + i, 0);
      const unsigned second = buckets_at(tables, text + i, 1);
      if ((first | (second & NibbleTables::kWordBuckets)) != 0) masks.word_anchor |= bit;
      if ((second & ~unsigned{NibbleTables::kWordBuckets}) != 0) masks.any_anchor |= bit;
    }
    out[block] = masks;
  }
}

std::string_view instruction_set_name(InstructionSet set) noexcept {
  constexpr std::array<std::string_view, 4> kNames{"scalar", "ssse3", "avx2", "neon"};
  return kNames[static_cast<size_t>(set)];
}

Classify classifier(InstructionSet set) noexcept {
  switch (set) {
    case InstructionSet::Scalar:
      return classify_scalar;
#if defined(__x86_64__)
    case InstructionSet::Ssse3:
      return __builtin_cpu_supports("ssse3") != 0 ? classify_ssse3 : nullptr;
    case InstructionSet::Avx2:
      return __builtin_cpu_supports("avx2") != 0 ? classify_avx2 : nullptr;
#elif defined(__aarch64__)
    case InstructionSet::Neon:
      return classify_neon;
#endif
    default:
      return nullptr;
  }
}

Classify best_classifier() noexcept {
  for (const auto set : {InstructionSet::Avx2, InstructionSet::Neon, InstructionSet::Ssse3}) {
    if (const Classify found = classifier(set)) return found;
  }
  return classify_scalar;
}

}  // namespace faultline::redaction::anchors

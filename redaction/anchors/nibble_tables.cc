// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
//
// Which anchors share a bucket decides how many places of a text are candidates: those that look
// alike in ordinary text belong together.
#include "redaction/anchors/anchor_list.h"
#include "redaction/anchors/block.h"
#include "redaction/range.h"

#include <algorithm>
#include <bit>
#include <string_view>
#include <vector>

namespace faultline::redaction::anchors {
namespace {

constexpr size_t kBuckets = 8;

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
};

// How often a byte stands first, second, third and fourth in a word of English documents and JSON,
// per mille: each small letter, and the others by their kind. Of what divides words the space is
// half, some marks are the rest.
struct Frequencies {
  std::array<double, 26> small;
  double capitals;
  double digits;
  double marks;
};
constexpr std::array<Frequencies, NibbleTables::kPositions> kFrequencies{{
    {{65, 34, 51, 26, 26, 35, 9,  18, 39, 6,  9, 28, 24,
      38, 43, 42, 1,  42, 61, 73, 17, 14, 20, 2, 3,  1},
     137,
     136,
     1},
    {{83, 4,   14, 9, 114, 14, 3,  47, 63, 1, 1, 25, 4,
      62, 111, 20, 2, 61,  25, 30, 28, 7,  3, 9, 16, 1},
     56,
     77,
     108},
    {{49, 9,  26, 34, 69, 17, 11, 10, 29, 3, 5,  37, 29,
      45, 50, 26, 7,  62, 57, 67, 20, 13, 7, 13, 7,  2},
     54,
     69,
     174},
    {{35, 9,  27, 25, 113, 11, 12, 22, 43, 1,  14, 34, 14,
      44, 35, 29, 1,  34,  42, 73, 23, 5,  10, 10, 11, 1},
     45,
     37,
     242},
}};

// The share of a text's places that a shape lets through, as far as it follows from single bytes.
class Costs {
 public:
  Costs() {
    for (size_t position = 0; position < NibbleTables::kPositions; ++position) {
      const Frequencies& often = kFrequencies[position];
      auto& bytes = often_[position];
      bytes.fill(0.01);
      for (size_t i = 0; i < 26; ++i) {
        bytes['a' + i] = often.small[i];
        bytes['A' + i] = often.capitals / 26;
      }
      for (size_t i = 0; i < 10; ++i) bytes['0' + i] = often.digits / 10;
      constexpr std::string_view kMarks = "\".,:-/_=";
      bytes[' '] = often.marks / 2;
      for (const unsigned char c : kMarks) bytes[c] = often.marks / 2 / kMarks.size();
    }
  }

  [[nodiscard]] double of(const Shape& shape) const {
    double product = 1;
    for (size_t position = 0; position < NibbleTables::kPositions; ++position) {
      double share = 0;
      for (unsigned high = shape.high[position]; high != 0; high &= high - 1) {
        for (unsigned low = shape.low[position]; low != 0; low &= low - 1) {
          const auto upper = static_cast<size_t>(std::countr_zero(high));
          share += often_[position][upper * 16 + static_cast<size_t>(std::countr_zero(low))];
        }
      }
      product *= share / 1000;
    }
    return product;
  }

 private:
  std::array<std::array<double, 256>, NibbleTables::kPositions> often_{};
};

// The first bytes of an anchor that may stand inside a word. Those are spelled in one way only.
Shape shape_of(const Anchor& anchor) {
  Shape shape;
  for (size_t i = 0; i < NibbleTables::kPositions; ++i) {
    if (i < anchor.text.size()) {
      shape.allow(i, static_cast<unsigned char>(anchor.text[i]));
    } else {
      shape.allow_all(i);
    }
  }
  return shape;
}

// Greedy: the least selective anchors first, each into the bucket that grows least by it.
std::array<Shape, kBuckets> fill_buckets(const std::vector<Anchor>& anchors) {
  const Costs costs;
  struct Item {
    Shape shape;
    double cost;
  };
  std::vector<Item> items;
  for (const auto& anchor : anchors) {
    if (anchor.begins_word) continue;
    const Shape shape = shape_of(anchor);
    items.push_back({shape, costs.of(shape)});
  }
  std::stable_sort(items.begin(), items.end(),
                   [](const Item& a, const Item& b) { return a.cost > b.cost; });
  std::array<Shape, kBuckets> buckets{};
  std::array<double, kBuckets> cost{};
  for (const auto& item : items) {
    size_t best = 0;
    double best_cost = 0;
    for (size_t bucket = 0; bucket < kBuckets; ++bucket) {
      Shape joined = buckets[bucket];
      joined.join(item.shape);
      const double joined_cost = costs.of(joined);
      if (bucket == 0 || joined_cost - cost[bucket] < best_cost - cost[best]) {
        best = bucket;
        best_cost = joined_cost;
      }
    }
    buckets[best].join(item.shape);
    cost[best] = best_cost;
  }
  return buckets;
}

NibbleTables make_tables() {
  const auto buckets = fill_buckets(AnchorList::instance().all());
  NibbleTables tables;
  for (size_t bucket = 0; bucket < kBuckets; ++bucket) {
    const auto bit = static_cast<uint8_t>(1U << bucket);
    for (size_t position = 0; position < NibbleTables::kPositions; ++position) {
      auto& low = tables.low[position];
      auto& high = tables.high[position];
      for (size_t nibble = 0; nibble < 16; ++nibble) {
        if ((buckets[bucket].low[position] >> nibble & 1U) != 0) low[nibble] |= bit;
        if ((buckets[bucket].high[position] >> nibble & 1U) != 0) high[nibble] |= bit;
      }
    }
  }
  return tables;
}

}  // namespace

const NibbleTables& nibble_tables() {
  static const NibbleTables kTables = make_tables();
  return kTables;
}

}  // namespace faultline::redaction::anchors

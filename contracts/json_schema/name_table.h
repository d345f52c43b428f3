// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/compact_list.h"
#include "proxy/json/tape.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>
#include <vector>

namespace faultline::contracts::json_schema {

using SchemaId = uint32_t;
inline constexpr SchemaId kNoSchema = UINT32_MAX;

/// The types of JSON Schema as bits. A whole number has the bit of integers, any other number that
/// of fractions; `number` allows both.
using TypeMask = uint8_t;

/// A member name the schema knows: from `properties`, `required`, or both.
struct KnownName {
  /// So many names of `required` have a bit of their own; the others share the next one, which
  /// says nothing.
  static constexpr uint32_t kRequiredBits = 63;

  std::string_view name;
  uint64_t hash = 0;            // json::hash_name(name)
  SchemaId schema = kNoSchema;  // none when only `required` names it
  uint8_t required_bit = kRequiredBits;
  bool is_required = false;
  /// The kinds of value that a member of this name may have whatever else is said of it:
  /// Schema::certain of what judges it.
  TypeMask certain = 0;

  [[nodiscard]] bool is(std::string_view other, uint64_t other_hash) const noexcept {
    return hash == other_hash && (json::is_exact_hash(hash) || name == other);
  }
  /// The same for the key of a member: most names that are compared at all have 8 to 16 bytes,
  /// and two loads settle those.
  [[nodiscard]] bool is(json::Value key) const noexcept {
    if (hash != key.name_hash()) return false;
    if (json::is_exact_hash(hash)) return true;
    const std::string_view other = key.string();
    if (name.size() != other.size()) return false;
    if (name.size() > 16) return name == other;
    return word_at(name, 0) == word_at(other, 0) &&
           word_at(name, name.size() - 8) == word_at(other, name.size() - 8);
  }

 private:
  static uint64_t word_at(std::string_view text, size_t at) noexcept {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    return word;
  }
};

/// Look-up by the hash that the tape stores with every key.
class NameTable {
 public:
  void build(std::vector<KnownName> names);
  [[nodiscard]] const KnownName* find(std::string_view name, uint64_t hash) const noexcept {
    return search(hash, [&](const KnownName& known) { return known.is(name, hash); });
  }
  /// The same for the keys of one object in turn: they mostly come in the schema's order, so the
  /// name after the last one found is tried first. Begin with names().begin().
  [[nodiscard, gnu::always_inline]] const KnownName* find(json::Value key,
                                                          const KnownName* next) const noexcept {
    return find(key, next, names_.end());
  }
  /// The same with names().end() at hand.
  [[nodiscard, gnu::always_inline]] const KnownName* find(json::Value key, const KnownName* next,
                                                          const KnownName* end) const noexcept {
    return next != end && next->is(key) ? next : find(key);
  }
  [[nodiscard]] const CompactList<KnownName>& names() const noexcept { return names_; }
  /// Calls `change` with every name, to let it name another schema or know more of it.
  template <typename Change>
  void change_each(const Change& change) {
    for (KnownName& known : names_) change(known);
  }
  /// Bytes on the heap.
  [[nodiscard]] size_t bytes() const noexcept {
    return names_.bytes() + slots_.bytes() + wide_slots_.bytes();
  }

 private:
  /// Up to here one look at every hash is as fast as the table, which then takes no memory.
  static constexpr size_t kLinear = 4;
  template <typename Slot>
  static constexpr Slot kEmpty = std::numeric_limits<Slot>::max();

  template <typename Slot>
  [[nodiscard]] CompactList<Slot> fill_slots() const;

  [[nodiscard]] const KnownName* find(json::Value key) const noexcept {
    return search(key.name_hash(), [key](const KnownName& known) { return known.is(key); });
  }

  template <typename Is>
  [[nodiscard]] const KnownName* search(uint64_t hash, const Is& is) const noexcept {
    if (!slots_.empty()) return search(slots_, hash, is);
    if (!wide_slots_.empty()) return search(wide_slots_, hash, is);
    for (const KnownName& known : names_) {
      if (is(known)) return &known;
    }
    return nullptr;
  }

  template <typename Slot, typename Is>
  [[nodiscard]] const KnownName* search(const CompactList<Slot>& slots, uint64_t hash,
                                        const Is& is) const noexcept {
    const size_t mask = slots.size() - 1;
    for (size_t slot = json::spread_hash(hash) & mask; slots[slot] != kEmpty<Slot>;
         slot = (slot + 1) & mask) {
      const KnownName& known = names_[slots[slot]];
      if (is(known)) return &known;
    }
    return nullptr;
  }

  CompactList<KnownName> names_;
  CompactList<uint16_t> slots_;       // a power of two, at most half full
  CompactList<uint32_t> wide_slots_;  // instead, where 16 bits are too few
};

}  // namespace faultline::contracts::json_schema

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/name_table.h"

#include <bit>
#include <utility>

namespace faultline::contracts::json_schema {

template <typename Slot>
CompactList<Slot> NameTable::fill_slots() const {
  std::vector<Slot> slots(std::bit_ceil(size_t{names_.size()} * 2), kEmpty<Slot>);
  const size_t mask = slots.size() - 1;
  for (uint32_t i = 0; i < names_.size(); ++i) {
    size_t slot = json::spread_hash(names_[i].hash) & mask;
    while (slots[slot] != kEmpty<Slot>) slot = (slot + 1) & mask;
    slots[slot] = static_cast<Slot>(i);
  }
  return CompactList<Slot>(std::move(slots));
}

void NameTable::build(std::vector<KnownName> names) {
  for (KnownName& known : names) known.hash = json::hash_name(known.name);
  names_ = std::move(names);
  if (names_.size() <= kLinear) return;
  if (names_.size() < kEmpty<uint16_t>) {
    slots_ = fill_slots<uint16_t>();
  } else {
    wide_slots_ = fill_slots<uint32_t>();
  }
}

}  // namespace faultline::contracts::json_schema

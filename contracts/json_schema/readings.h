// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/json/tape.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace faultline::contracts::json_schema {

/// What a judgement read of a document. Of a value that is not in here it knows the kind alone, and
/// of a container besides the names or the number of what is in it: a document that differs from
/// this one in nothing but the texts of strings and the digits of numbers that were not read is
/// judged in the same steps, and so with the same outcome. A bit for each node of the tape, used
/// again from document to document.
class Readings {
 public:
  /// For another document, of so many nodes; nothing of it is read yet.
  void restart(size_t nodes) { bits_.assign(nodes / kBits + 1, 0); }
  /// The value was read, and all that is in it.
  void note(json::Value value) noexcept {
    if (has(value)) return;  // and so is all that is in it
    const uint32_t first = value.index();
    const uint32_t end = first + value.extent();
    for (uint32_t node = first; node != end; ++node) {
      bits_[node / kBits] |= uint64_t{1} << (node % kBits);
    }
  }
  [[nodiscard]] bool has(json::Value value) const noexcept {
    return (bits_[value.index() / kBits] >> (value.index() % kBits) & 1U) != 0;
  }

 private:
  static constexpr uint32_t kBits = 64;
  std::vector<uint64_t> bits_;
};

}  // namespace faultline::contracts::json_schema

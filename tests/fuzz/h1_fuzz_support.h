// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/text.h"
#include "tests/unit/http/codec_support.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace faultline::http::fuzz {

/// Takes the input apart: one byte of options, one byte with the number of cuts, one byte for the
/// distance of each cut from the one before, then the bytes of the connection.
struct Input {
  uint8_t options = 0;
  std::vector<size_t> cuts;
  std::string bytes;
};

inline Input take_apart(const uint8_t* data, size_t size) {
  Input input;
  if (size < 2) return input;
  input.options = data[0];
  const size_t cut_count = data[1] % 32;
  size_t at = 2;
  size_t position = 0;
  for (size_t i = 0; i < cut_count && at < size; ++i, ++at) {
    position += data[at] + size_t{1};
    input.cuts.push_back(position);
  }
  for (; at < size; ++at) input.bytes += static_cast<char>(data[at]);
  std::erase_if(input.cuts, [&input](size_t cut) { return cut >= input.bytes.size(); });
  return input;
}

inline void require(bool is_true) {
  if (!is_true) std::abort();
}

/// Segmentation does not matter; what was delivered before an error may differ, the error not.
inline void require_same(const testing::Outcome& whole, const testing::Outcome& cut) {
  require(whole.is_rejected == cut.is_rejected);
  require(whole.status == cut.status);
  require(whole.reason == cut.reason);
  require(whole.messages == cut.messages);
  require(whole.finished_in_order == cut.finished_in_order);
  if (whole.is_rejected) return;
  require(whole.log == cut.log);
  require(whole.wire == cut.wire);
  require(whole.rest == cut.rest);
}

/// What the next hop has forwarded by the time it has got the same bytes: all of it, but for a "0"
/// at the end, which is kept back until it is known to be a size and not a leading zero of one.
inline void require_forwarded(const testing::Outcome& first, const testing::Outcome& next) {
  if (next.wire == first.wire) return;
  require(first.wire == next.wire + "0");
}

}  // namespace faultline::http::fuzz

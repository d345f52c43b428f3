// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/fuzz/json_twins_support.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

// The fast parsers and the exact one are programs for one grammar: whatever the bytes, they accept
// the same texts and give the same tape, node for node, with the same repeated names.

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // A block of exactly that size, so that a read beyond the text is seen.
  const auto text = std::make_unique_for_overwrite<char[]>(size);
  std::memcpy(text.get(), data, size);
  if (!faultline::json::disagreement({text.get(), size}).empty()) std::abort();
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/hash.h"

#define XXH_INLINE_ALL  // NOLINT: the name is the library's
#include <xxhash.h>

namespace faultline {

uint64_t hash64(std::string_view bytes) noexcept { return XXH3_64bits(bytes.data(), bytes.size()); }

std::string hex64(uint64_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(16, '0');
  for (size_t i = 16; i > 0; --i) {
    text[i - 1] = kDigits[value & 0xFU];
    value >>= 4U;
  }
  return text;
}

}  // namespace faultline

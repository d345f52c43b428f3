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

namespace {

class PlainMac final : public Mac {
 public:
  PlainMac(const Crypto& crypto, std::string_view key) : crypto_(crypto), key_(key) {}
  [[nodiscard]] std::string of(std::string_view bytes) const override {
    return crypto_.hmac_sha256(key_, bytes);
  }

 private:
  const Crypto& crypto_;
  std::string key_;
};

}  // namespace

std::unique_ptr<const Mac> Crypto::mac(std::string_view key) const {
  return std::make_unique<PlainMac>(*this, key);
}

}  // namespace faultline

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/tls/digest.h"

#include "proxy/base/assert.h"
#include "proxy/base/text.h"

#include <openssl/hmac.h>
#include <openssl/mem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace faultline::tls {
namespace {

const uint8_t* as_bytes(std::string_view bytes) {
  return reinterpret_cast<const uint8_t*>(bytes.data());
}

class BoringSha256 final : public Sha256 {
 public:
  BoringSha256() { SHA256_Init(&context_); }
  BoringSha256(const BoringSha256&) = delete;
  BoringSha256& operator=(const BoringSha256&) = delete;
  // The state may come from a key.
  ~BoringSha256() override { OPENSSL_cleanse(&context_, sizeof(context_)); }

  void update(std::string_view bytes) noexcept override {
    FL_DASSERT(!is_finished_);
    SHA256_Update(&context_, bytes.data(), bytes.size());
  }
  std::string finish_hex() override {
    FL_ASSERT(!is_finished_);
    is_finished_ = true;
    std::string digest(SHA256_DIGEST_LENGTH, '\0');
    SHA256_Final(reinterpret_cast<uint8_t*>(digest.data()), &context_);
    return hex_encode(digest);
  }

 private:
  SHA256_CTX context_{};
  bool is_finished_ = false;
};

/// HMAC (RFC 2104) as two digests that have taken in the key: each code goes on from copies of
/// them, which halves its blocks and spares the contexts that HMAC() makes anew.
class BoringMac final : public Mac {
 public:
  explicit BoringMac(std::string_view key) {
    std::array<uint8_t, SHA256_CBLOCK> block{};
    if (key.size() > block.size()) {
      SHA256(as_bytes(key), key.size(), block.data());
    } else {
      std::copy(key.begin(), key.end(), block.begin());
    }
    begin(inner_, block, 0x36);
    begin(outer_, block, 0x5C);
    OPENSSL_cleanse(block.data(), block.size());
  }
  BoringMac(const BoringMac&) = delete;
  BoringMac& operator=(const BoringMac&) = delete;
  ~BoringMac() override {
    OPENSSL_cleanse(&inner_, sizeof(inner_));
    OPENSSL_cleanse(&outer_, sizeof(outer_));
  }

  [[nodiscard]] std::string of(std::string_view bytes) const override {
    std::string code(SHA256_DIGEST_LENGTH, '\0');
    auto* const out = reinterpret_cast<uint8_t*>(code.data());
    SHA256_CTX context = inner_;
    SHA256_Update(&context, bytes.data(), bytes.size());
    SHA256_Final(out, &context);
    context = outer_;
    SHA256_Update(&context, out, code.size());
    SHA256_Final(out, &context);
    OPENSSL_cleanse(&context, sizeof(context));
    return code;
  }

 private:
  static void begin(SHA256_CTX& context, std::array<uint8_t, SHA256_CBLOCK> block, uint8_t pad) {
    for (uint8_t& byte : block) byte ^= pad;
    SHA256_Init(&context);
    SHA256_Update(&context, block.data(), block.size());
    OPENSSL_cleanse(block.data(), block.size());
  }

  SHA256_CTX inner_{};
  SHA256_CTX outer_{};
};

class BoringCrypto final : public Crypto {
 public:
  [[nodiscard]] std::unique_ptr<Sha256> sha256() const override {
    return std::make_unique<BoringSha256>();
  }

  [[nodiscard]] std::string hmac_sha256(std::string_view key,
                                        std::string_view bytes) const override {
    std::string code(SHA256_DIGEST_LENGTH, '\0');
    unsigned length = 0;
    // A null key means "the key of before" to HMAC_Init_ex; an empty view may be null.
    const void* key_data = key.empty() ? "" : key.data();
    const uint8_t* result = HMAC(EVP_sha256(), key_data, key.size(), as_bytes(bytes), bytes.size(),
                                 reinterpret_cast<uint8_t*>(code.data()), &length);
    FL_ASSERT(result != nullptr);  // only for want of memory
    FL_ASSERT(length == code.size());
    return code;
  }

  [[nodiscard]] std::unique_ptr<const Mac> mac(std::string_view key) const override {
    return std::make_unique<BoringMac>(key);
  }

  [[nodiscard]] std::string random_bytes(size_t count) const override {
    std::string bytes(count, '\0');
    FL_ASSERT(RAND_bytes(reinterpret_cast<uint8_t*>(bytes.data()), count) == 1);
    return bytes;
  }
};

}  // namespace

std::unique_ptr<Crypto> make_crypto() { return std::make_unique<BoringCrypto>(); }

}  // namespace faultline::tls

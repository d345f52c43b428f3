// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace faultline {

/// XXH3, 64 bit, seed 0: fast, stable over versions and machines, not cryptographic.
[[nodiscard]] uint64_t hash64(std::string_view bytes) noexcept;

/// 16 lower-case hex digits.
[[nodiscard]] std::string hex64(uint64_t value);

/// A running SHA-256. BoringSSL is seen only by proxy/tls, so the rooms that need digests take a
/// Crypto and `main` hands them the one of proxy/tls.
class Sha256 {
 public:
  virtual ~Sha256() = default;
  virtual void update(std::string_view bytes) noexcept = 0;
  /// 64 lower-case hex digits. Ends this digest.
  [[nodiscard]] virtual std::string finish_hex() = 0;
};

/// HMAC-SHA-256 by one key, for who asks often. Thread-safe.
class Mac {
 public:
  virtual ~Mac() = default;
  /// 32 raw bytes.
  [[nodiscard]] virtual std::string of(std::string_view bytes) const = 0;
};

/// Cryptographic primitives. Thread-safe.
class Crypto {
 public:
  virtual ~Crypto() = default;
  [[nodiscard]] virtual std::unique_ptr<Sha256> sha256() const = 0;
  /// HMAC-SHA-256, 32 raw bytes.
  [[nodiscard]] virtual std::string hmac_sha256(std::string_view key,
                                                std::string_view bytes) const = 0;
  /// The same code, where it can with the work for the key done once. Borrows this object.
  [[nodiscard]] virtual std::unique_ptr<const Mac> mac(std::string_view key) const;
  /// Unpredictable bytes, for keys only. Never part of a decision.
  [[nodiscard]] virtual std::string random_bytes(size_t count) const = 0;

  [[nodiscard]] std::string sha256_hex(std::string_view bytes) const {
    auto digest = sha256();
    digest->update(bytes);
    return digest->finish_hex();
  }
};

}  // namespace faultline

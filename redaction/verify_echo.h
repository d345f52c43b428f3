// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/observer.h"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace faultline::redaction {

/// Where a replaced value turned up again.
struct EchoHit {
  size_t begin = 0;
  std::string_view encoding;  // static: "raw", "escaped", "percent", "hex", "base64"
};

/// Remembers what was replaced without keeping it: of every spelling a value can take, a keyed
/// fingerprint of its first eight bytes and a keyed one of the whole. Artefacts are swept with the
/// first, which costs a few instructions a byte, and a hit is confirmed by the second. The key is
/// the book's own and dies with it.
///
/// Values that turn up by chance are not remembered: short ones, words, addresses of machines,
/// cookies.
/// Thread-safe; scan() after the last replaced().
class EchoBook final : public Observer {
 public:
  /// Of `key` 16 bytes or more, made for this book.
  explicit EchoBook(std::string_view key);

  /// Distinct values that are remembered; beyond them a value is counted and left out.
  static constexpr size_t kValuesMax = 16384;

  void replaced(ClassId id, std::string_view value) override;

  /// Appends what is found, in order of place. A value may begin in `text` and end behind it only
  /// if it ends behind all of it.
  void scan(std::string_view text, std::vector<EchoHit>& out) const;

  [[nodiscard]] uint64_t values() const;
  [[nodiscard]] uint64_t left_out() const;

 private:
  struct Whole {
    uint64_t digest;
    uint32_t length;
    std::string_view encoding;
  };
  void remember(std::string_view spelling, std::string_view encoding);
  [[nodiscard]] uint64_t front_of(const char* bytes) const noexcept;
  [[nodiscard]] uint64_t digest_of(std::string_view bytes) const;

  std::string key_;
  uint64_t front_key_;
  mutable std::mutex mutex_;
  std::unordered_set<uint64_t> seen_;
  std::unordered_multimap<uint64_t, Whole> wholes_;  // by the fingerprint of the front
  std::vector<uint64_t> fronts_;                     // a bit for every front; most bits are 0
  uint64_t left_out_ = 0;
};

/// True for a value that would not be written by chance.
[[nodiscard]] bool is_telling(ClassId id, std::string_view value) noexcept;

}  // namespace faultline::redaction

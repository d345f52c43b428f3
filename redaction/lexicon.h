// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

/// What a name says about its value: members, parameters, fields, elements.
namespace faultline::redaction {

enum class NameKind : uint8_t {
  None,
  Secret,
  Pii,
  Auth,       // a scheme and a credential
  Cookie,     // pairs
  SetCookie,  // a pair and attributes
  PairName,   // names the value of a sibling: {"name": "password", "value": "..."}
  PairValue,
  // Names of HTTP fields only.
  ApiKeyHeader,
  SignatureHeader,
  ClientIpHeader,
  ClientCert,
  Url,  // the value is a URI reference
};

/// True for kinds that decide about a value on their own.
[[nodiscard]] constexpr bool decides(NameKind kind) noexcept {
  return kind != NameKind::None && kind != NameKind::PairName && kind != NameKind::PairValue;
}

/// True for kinds whose values have a grammar of their own, with spaces and separators.
[[nodiscard]] constexpr bool has_parts(NameKind kind) noexcept {
  return kind != NameKind::Secret && kind != NameKind::Pii;
}

/// An ending that makes a longer name what it is has at least so many letters.
inline constexpr size_t kNameEndingMin = 5;

/// The kind of a member, parameter or element. Case and `_-. []` do not matter; the last part of
/// `user[password]` and `user.password` counts too. No substrings: `public_key` is not `key`.
[[nodiscard]] NameKind classify_name(std::string_view name);

/// The kind of an HTTP field.
[[nodiscard]] NameKind classify_header(std::string_view name);

/// Calls `take` with every name and ending, normalised, that classify_name() knows.
void for_each_name(const std::function<void(std::string_view name, NameKind kind)>& take);

/// What is remembered of a name.
struct KnownName {
  NameKind kind = NameKind::None;
  bool is_clean = false;  // set by the caller: the name itself holds nothing to replace
};

/// Remembers the names met last: messages repeat few names many times.
class NameCache {
 public:
  using Classify = NameKind (*)(std::string_view name);
  explicit NameCache(Classify classify = classify_name) noexcept : classify_(classify) {}

  /// Valid until the next call.
  [[nodiscard]] KnownName& find(std::string_view name);

 private:
  // Eight bytes from either end, or fewer: with its length they are all there is of a name of up to
  // 16 bytes, and a hash of it.
  struct Ends {
    uint64_t front = 0;
    uint64_t back = 0;
  };
  // Of a name that is not empty.
  [[nodiscard]] static Ends ends_of(std::string_view name) noexcept {
    const char* const begin = name.data();
    const char* const end = begin + name.size();
    if (name.size() >= 8) return {load<uint64_t>(begin), load<uint64_t>(end - 8)};
    if (name.size() >= 4) return {load<uint32_t>(begin), load<uint32_t>(end - 4)};
    const uint64_t middle = load<uint8_t>(begin + name.size() / 2);
    return {load<uint8_t>(begin), middle << 8U | load<uint8_t>(end - 1)};
  }
  template <typename Word>
  [[nodiscard]] static uint64_t load(const char* from) noexcept {
    Word word = 0;
    std::memcpy(&word, from, sizeof(word));
    return word;
  }
  static constexpr size_t kMiddleAt = 8;
  static constexpr size_t kEndsBytes = 16;
  static constexpr size_t kNameBytes = kEndsBytes + 13;
  struct Slot {
    Ends ends;
    std::array<char, kNameBytes - kEndsBytes> middle{};
    uint8_t length = 0;
    KnownName known;
  };
  static constexpr unsigned kSlotShift = 64 - 8;
  static constexpr size_t kSlots = size_t{2} << (64 - kSlotShift);
  Classify classify_;
  std::array<Slot, kSlots> slots_{};
  KnownName other_;  // of a name too long to remember
};

}  // namespace faultline::redaction

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#include "redaction/validate/arithmetic.h"
#include "redaction/validate/codes.h"
#include "redaction/validate/short_hash.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace faultline::redaction::validate {
namespace {

constexpr std::string_view kBase58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::string_view kBech32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr size_t kBase58BytesMax = 96;

constexpr char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

uint32_t bech32_step(uint32_t check, uint32_t value) {
  constexpr std::array<uint32_t, 5> kGenerator{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                               0x2a1462b3};
  const uint32_t top = check >> 25U;
  check = ((check & 0x1ffffffU) << 5U) ^ value;
  for (size_t i = 0; i < kGenerator.size(); ++i) {
    if ((top >> i & 1U) != 0) check ^= kGenerator[i];
  }
  return check;
}

bool is_hex_digit(char c) {
  const char l = lower(c);
  return is_digit(c) || (l >= 'a' && l <= 'f');
}

}  // namespace

bool base58check(std::string_view text) noexcept {
  std::array<uint8_t, kBase58BytesMax> bytes{};  // little end first
  size_t size = 0;
  for (const char c : text) {
    const size_t value = kBase58.find(c);
    if (value == std::string_view::npos) return false;
    uint32_t carry = static_cast<uint32_t>(value);
    for (size_t i = 0; i < size; ++i) {
      carry += uint32_t{bytes[i]} * 58;
      bytes[i] = static_cast<uint8_t>(carry);
      carry >>= 8U;
    }
    for (; carry != 0; carry >>= 8U) {
      if (size == bytes.size()) return false;
      bytes[size++] = static_cast<uint8_t>(carry);
    }
  }
  // A leading 1 is a leading zero byte.
  for (size_t i = 0; i < text.size() && text[i] == '1'; ++i) {
    if (size == bytes.size()) return false;
    ++size;
  }
  if (size < 5) return false;
  std::reverse(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size));
  const auto payload = std::span<const uint8_t>(bytes).first(size - 4);
  const Hash32 hash = sha256_short(sha256_short(payload));
  return std::equal(hash.begin(), hash.begin() + 4,
                    bytes.begin() + static_cast<ptrdiff_t>(size - 4));
}

bool bech32(std::string_view text) noexcept {
  constexpr uint32_t kBech32m = 0x2bc830a3;
  const size_t one = text.rfind('1');
  if (text.size() > 90 || one == std::string_view::npos || one == 0 || text.size() - one < 7) {
    return false;
  }
  const bool mixed =
      std::any_of(text.begin(), text.end(), is_upper) &&
      std::any_of(text.begin(), text.end(), [](char c) { return lower(c) == c && !is_digit(c); });
  if (mixed) return false;
  uint32_t check = 1;
  for (const char c : text.substr(0, one)) {
    check = bech32_step(check, static_cast<unsigned char>(lower(c)) >> 5U);
  }
  check = bech32_step(check, 0);
  for (const char c : text.substr(0, one)) {
    check = bech32_step(check, static_cast<unsigned char>(lower(c)) & 31U);
  }
  for (const char c : text.substr(one + 1)) {
    const size_t value = kBech32.find(lower(c));
    if (value == std::string_view::npos) return false;
    check = bech32_step(check, static_cast<uint32_t>(value));
  }
  return check == 1 || check == kBech32m;
}

bool ethereum(std::string_view address) noexcept {
  if (address.size() != 42 || !address.starts_with("0x")) return false;
  address.remove_prefix(2);
  std::array<uint8_t, 40> lowered{};
  bool upper_case = false;
  bool lower_case = false;
  for (size_t i = 0; i < address.size(); ++i) {
    if (!is_hex_digit(address[i])) return false;
    lowered[i] = static_cast<uint8_t>(lower(address[i]));
    upper_case = upper_case || is_upper(address[i]);
    lower_case = lower_case || (address[i] >= 'a');
  }
  if (!upper_case || !lower_case) return true;
  const Hash32 hash = keccak256_short(lowered);
  for (size_t i = 0; i < address.size(); ++i) {
    if (is_digit(address[i])) continue;
    const unsigned nibble = i % 2 == 0 ? hash[i / 2] >> 4U : hash[i / 2] & 15U;
    if (is_upper(address[i]) != (nibble >= 8)) return false;
  }
  return true;
}

}  // namespace faultline::redaction::validate

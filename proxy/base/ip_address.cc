// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/ip_address.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <charconv>

namespace faultline {
namespace {

constexpr size_t kGroups = 8;
using Groups = std::array<uint16_t, kGroups>;

std::optional<std::array<uint8_t, 4>> parse_v4(std::string_view text) {
  std::array<uint8_t, 4> octets{};
  for (size_t i = 0; i < octets.size(); ++i) {
    const size_t dot = text.find('.');
    const bool is_last = i + 1 == octets.size();
    if ((dot == std::string_view::npos) != is_last) return std::nullopt;
    const std::string_view part = text.substr(0, dot);
    const bool has_leading_zero = part.size() > 1 && part.front() == '0';
    const auto value = part.size() > 3 || has_leading_zero ? std::nullopt : parse_u64(part);
    if (!value || *value > 255) return std::nullopt;
    octets[i] = static_cast<uint8_t>(*value);
    if (!is_last) text.remove_prefix(dot + 1);
  }
  return octets;
}

std::optional<uint16_t> parse_group(std::string_view text) {
  uint16_t value = 0;
  if (text.empty() || text.size() > 4) return std::nullopt;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

// Groups between colons, up to the end of `text`; an IPv4 address may stand for the last two.
// False when malformed or more than eight.
bool parse_groups(std::string_view text, Groups& groups, size_t& count) {
  if (text.empty()) return true;
  while (true) {
    const size_t colon = text.find(':');
    const std::string_view part = text.substr(0, colon);
    if (colon == std::string_view::npos && part.find('.') != std::string_view::npos) {
      const auto octets = parse_v4(part);
      if (!octets || count + 2 > kGroups) return false;
      const auto& o = *octets;
      groups[count++] = static_cast<uint16_t>((o[0] << 8U) | o[1]);
      groups[count++] = static_cast<uint16_t>((o[2] << 8U) | o[3]);
      return true;
    }
    const auto group = parse_group(part);
    if (!group || count == kGroups) return false;
    groups[count++] = *group;
    if (colon == std::string_view::npos) return true;
    text.remove_prefix(colon + 1);
  }
}

std::optional<Groups> parse_v6(std::string_view text) {
  Groups front{};
  Groups back{};
  size_t fronts = 0;
  size_t backs = 0;
  const size_t gap = text.find("::");
  if (gap == std::string_view::npos) {
    if (!parse_groups(text, front, fronts) || fronts != kGroups) return std::nullopt;
    return front;
  }
  const std::string_view before = text.substr(0, gap);
  // An IPv4 part may only stand at the very end.
  if (before.find('.') != std::string_view::npos || !parse_groups(before, front, fronts) ||
      !parse_groups(text.substr(gap + 2), back, backs) || fronts + backs >= kGroups) {
    return std::nullopt;
  }
  std::copy_n(back.begin(), backs, front.end() - static_cast<std::ptrdiff_t>(backs));
  return front;
}

// Where the longest run of two or more zero groups begins, and its length.
std::pair<size_t, size_t> longest_gap(const Groups& groups) {
  std::pair<size_t, size_t> best{kGroups, 1};
  for (size_t i = 0; i < kGroups; ++i) {
    size_t length = 0;
    while (i + length < kGroups && groups[i + length] == 0) ++length;
    if (length > best.second) best = {i, length};
    i += length;
  }
  return best;
}

std::string v6_text(const Groups& groups) {
  const auto [gap, length] = longest_gap(groups);
  std::string text;
  for (size_t i = 0; i < kGroups; ++i) {
    if (i == gap) {
      text += "::";
      i += length - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    std::array<char, 4> digits{};
    const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), groups[i], 16);
    text.append(digits.data(), result.ptr);
  }
  return text;
}

}  // namespace

std::optional<IpAddress> IpAddress::from_bytes(std::span<const uint8_t> bytes) noexcept {
  constexpr std::array<uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (bytes.size() == kV6Bytes && std::equal(kMapped.begin(), kMapped.end(), bytes.begin())) {
    bytes = bytes.subspan(kMapped.size());
  }
  if (bytes.size() != kV4Bytes && bytes.size() != kV6Bytes) return std::nullopt;
  IpAddress address;
  address.size_ = bytes.size();
  std::copy(bytes.begin(), bytes.end(), address.bytes_.begin());
  return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) noexcept {
  if (text.find(':') == std::string_view::npos) {
    const auto octets = parse_v4(text);
    return octets ? from_bytes(*octets) : std::nullopt;
  }
  const auto groups = parse_v6(text);
  if (!groups) return std::nullopt;
  std::array<uint8_t, kV6Bytes> bytes{};
  for (size_t i = 0; i < kGroups; ++i) {
    bytes[2 * i] = static_cast<uint8_t>((*groups)[i] >> 8U);
    bytes[2 * i + 1] = static_cast<uint8_t>((*groups)[i] & 0xFFU);
  }
  return from_bytes(bytes);
}

std::string IpAddress::text() const {
  if (is_v4()) {
    std::string text;
    for (const uint8_t octet : bytes()) {
      if (!text.empty()) text += '.';
      text += std::to_string(octet);
    }
    return text;
  }
  Groups groups{};
  for (size_t i = 0; i < kGroups; ++i) {
    groups[i] = static_cast<uint16_t>((bytes_[2 * i] << 8U) | bytes_[2 * i + 1]);
  }
  return v6_text(groups);
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) noexcept {
  const size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  IpNetwork network;
  network.address_ = *address;
  const auto width = static_cast<unsigned>(address->bytes().size() * 8);
  network.bits_ = width;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto bits = digits.size() > 3 ? std::nullopt : parse_u64(digits);
    if (!bits || *bits > width) return std::nullopt;
    network.bits_ = static_cast<unsigned>(*bits);
  }
  for (unsigned bit = network.bits_; bit < width; ++bit) {
    if ((address->bytes()[bit / 8] >> (7 - bit % 8) & 1U) != 0) return std::nullopt;
  }
  return network;
}

bool IpNetwork::contains(const IpAddress& address) const noexcept {
  const auto mine = address_.bytes();
  const auto other = address.bytes();
  if (mine.size() != other.size()) return false;
  const size_t whole = bits_ / 8;
  if (!std::equal(mine.begin(), mine.begin() + static_cast<std::ptrdiff_t>(whole), other.begin())) {
    return false;
  }
  const unsigned rest = bits_ % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<uint8_t>(0xFFU << (8 - rest));
  return ((mine[whole] ^ other[whole]) & mask) == 0;
}

std::string IpNetwork::text() const {
  const bool is_single = bits_ == address_.bytes().size() * 8;
  return is_single ? address_.text() : address_.text() + "/" + std::to_string(bits_);
}

}  // namespace faultline

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

// Bodies of JSON inside of JSON are most of what the journal writes, and have a quote every few
// bytes. So the text is looked at in words, and what comes of it is put together on the stack: to
// append piece by piece to a string costs several times as much.
namespace faultline {
namespace {

static_assert(std::endian::native == std::endian::little, "the first byte is the lowest of a word");

constexpr size_t kWord = sizeof(uint64_t);
// The longest that one byte or one sequence becomes: \u001f.
constexpr size_t kEscapeMax = 6;
constexpr uint64_t kHighs = 0x8080808080808080;

/// The highest bit of each byte of an ASCII word that does not stand for itself in a JSON string.
uint64_t special_bits(uint64_t word) noexcept {
  constexpr uint64_t kOnes = 0x0101010101010101;
  // Sums of seven bits stay within their byte, so each byte is judged by itself.
  const auto is_not = [word](uint64_t byte) { return (word ^ (kOnes * byte)) + ~kHighs; };
  const uint64_t from_space = word + kOnes * (0x80 - 0x20);
  return ~(is_not('"') & is_not('\\') & is_not(0x7F) & from_space) & kHighs;
}

bool is_plain(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\';
}

/// What stands for the front of `bytes`, which is not plain. Takes it away from `bytes`; returns
/// where the output goes on.
char* escape_one(std::string_view& bytes, char* out) noexcept {
  const char c = bytes.front();
  if (c == '"' || c == '\\') {
    bytes.remove_prefix(1);
    *out++ = '\\';
    *out++ = c;
    return out;
  }
  const size_t length = utf8_sequence_length(bytes);
  if (length == 0) {
    bytes.remove_prefix(1);
    constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
    return out + kReplacement.copy(out, kReplacement.size());
  }
  const std::string_view sequence = bytes.substr(0, length);
  bytes.remove_prefix(length);
  if (length > 1) return out + sequence.copy(out, length);
  *out++ = '\\';
  if (c == '\n' || c == '\r' || c == '\t') {
    *out++ = c == '\n' ? 'n' : c == '\r' ? 'r' : 't';
    return out;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  for (const char digit : {'u', '0', '0', kDigits[byte >> 4U], kDigits[byte & 0xFU]}) {
    *out++ = digit;
  }
  return out;
}

/// What stands for eight ASCII bytes, of which `special` tells those that are escaped. At least as
/// many bytes again follow them, so that all copies are of one size.
char* escape_word(std::string_view& bytes, uint64_t special, char* out) noexcept {
  size_t from = 0;
  for (; special != 0; special &= special - 1) {
    const size_t at = static_cast<size_t>(std::countr_zero(special)) / 8;
    std::memcpy(out, bytes.data() + from, kWord);
    out += at - from;
    from = at + 1;
    if (bytes[at] == '"' || bytes[at] == '\\') {  // nearly always
      *out++ = '\\';
      *out++ = bytes[at];
    } else {
      std::string_view one = bytes.substr(at, 1);
      out = escape_one(one, out);
    }
  }
  std::memcpy(out, bytes.data() + from, kWord);
  bytes.remove_prefix(kWord);
  return out + (kWord - from);
}

}  // namespace

void json_escape_to(std::string& out, std::string_view bytes) {
  std::array<char, 512> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): written first
  char* const full = buffer.data() + buffer.size() - kWord * kEscapeMax - kWord;
  char* at = buffer.data();
  while (!bytes.empty()) {
    if (at > full) {
      out.append(buffer.data(), at);
      at = buffer.data();
    }
    if (bytes.size() >= 2 * kWord) {
      uint64_t word = 0;
      std::memcpy(&word, bytes.data(), kWord);
      if ((word & kHighs) == 0) {
        at = escape_word(bytes, special_bits(word), at);
        continue;
      }
    }
    if (is_plain(bytes.front())) {
      *at++ = bytes.front();
      bytes.remove_prefix(1);
    } else {
      at = escape_one(bytes, at);
    }
  }
  out.append(buffer.data(), at);
}

std::string json_quote(std::string_view bytes) {
  std::string out = "\"";
  json_escape_to(out, bytes);
  out += '"';
  return out;
}

}  // namespace faultline

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/http/plain_fields.h"

#include "proxy/base/limits.h"
#include "proxy/base/text.h"
#include "proxy/http/byte_scan.h"
#include "proxy/http/known_fields.h"
#include "proxy/http/tokens.h"

#include <algorithm>
#include <cstdint>

namespace faultline::http {
namespace {

// More digits may be too large a number: a question for the grammar.
constexpr size_t kPlainLengthDigits = 18;

enum class Role : uint8_t { Ordinary, Framing, NotPlain };

// `value` with the white space around it.
Role role_of(std::string_view name, std::string_view value) {
  // Most are told by their size.
  constexpr size_t kLengthSize = std::string_view("Content-Length").size();
  constexpr size_t kEncodingSize = std::string_view("Transfer-Encoding").size();
  if (name.size() != kLengthSize && name.size() != kEncodingSize) return Role::Ordinary;
  const KnownField known = classify_field(name).known;
  if (known == KnownField::ContentLength) {
    const std::string_view digits = trim_ows(value);
    const bool is_plain =
        !digits.empty() && digits.size() <= kPlainLengthDigits &&
        digits.data() + digits.size() == value.data() + value.size() &&
        std::all_of(digits.begin(), digits.end(), [](char c) { return is_ascii_digit(c); });
    return is_plain ? Role::Framing : Role::NotPlain;
  }
  if (known == KnownField::TransferEncoding) {
    return value == " chunked" ? Role::Framing : Role::NotPlain;
  }
  return Role::Ordinary;
}

}  // namespace

std::optional<size_t> read_plain_fields(std::string_view bytes, Fields& fields) {
  const char* const end = bytes.data() + bytes.size();
  const char* cursor = bytes.data();
  const ByteScan scan(bytes);
  bool has_framing_field = false;
  while (end - cursor >= 2) {
    if (cursor[0] == '\r' && cursor[1] == '\n') {
      return static_cast<size_t>(cursor + 2 - bytes.data());
    }
    const char* const colon = scan.find_name_end(cursor);
    if (colon == nullptr || colon == cursor || *colon != ':') return std::nullopt;
    const char* const line_end = scan.find_value_end(colon + 1);
    if (line_end == nullptr || end - line_end < 2 || line_end[0] != '\r' || line_end[1] != '\n') {
      return std::nullopt;
    }
    const std::string_view name(cursor, static_cast<size_t>(colon - cursor));
    const std::string_view value(colon + 1, static_cast<size_t>(line_end - colon - 1));
    const Role role = role_of(name, value);
    const bool is_second = role == Role::Framing && has_framing_field;
    if (role == Role::NotPlain || is_second || fields.size() == limits::kHeadFields) {
      return std::nullopt;
    }
    has_framing_field = has_framing_field || role == Role::Framing;
    fields.append_borrowed(name, trim_ows(value));
    cursor = line_end + 2;
  }
  return std::nullopt;
}

}  // namespace faultline::http

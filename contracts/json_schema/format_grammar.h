// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/text.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

/// The grammars behind the formats; format.h is for others.
namespace faultline::contracts::json_schema {

[[nodiscard]] constexpr bool is_hex_digit(char c) noexcept {
  const char lower = ascii_lower(c);
  return is_ascii_digit(c) || (lower >= 'a' && lower <= 'f');
}
[[nodiscard]] constexpr bool is_alphanumeric(char c) noexcept {
  return is_ascii_alpha(c) || is_ascii_digit(c);
}
[[nodiscard]] constexpr bool is_ascii(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x80;
}

/// The parts between separators, empty ones included: split() without its vector.
class Parts {
 public:
  class Iterator {
   public:
    Iterator() = default;
    Iterator(std::string_view text, char separator)
        : rest_(text), separator_(separator), has_part_(true) {}
    std::string_view operator*() const noexcept { return rest_.substr(0, rest_.find(separator_)); }
    Iterator& operator++() noexcept {
      const size_t end = rest_.find(separator_);
      has_part_ = end != std::string_view::npos;
      rest_.remove_prefix(has_part_ ? end + 1 : rest_.size());
      return *this;
    }
    friend bool operator!=(const Iterator& a, const Iterator& b) noexcept {
      return a.has_part_ != b.has_part_;
    }

   private:
    std::string_view rest_;
    char separator_ = 0;
    bool has_part_ = false;
  };

  Parts(std::string_view text, char separator) : text_(text), separator_(separator) {}
  [[nodiscard]] Iterator begin() const noexcept { return {text_, separator_}; }
  [[nodiscard]] static Iterator end() noexcept { return {}; }

 private:
  std::string_view text_;
  char separator_;
};

/// Exactly `count` digits at `at`, as a number; -1 when they are not there.
[[nodiscard]] constexpr int digits_at(std::string_view text, size_t at, size_t count) noexcept {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (size_t i = at; i < at + count; ++i) {
    if (!is_ascii_digit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

/// The code point at the front of well-formed UTF-8, and its length.
struct CodePoint {
  uint32_t value = 0;
  size_t size = 0;
};
[[nodiscard]] CodePoint first_code_point(std::string_view text) noexcept;

// format_time.cc
[[nodiscard]] bool is_date(std::string_view text) noexcept;
[[nodiscard]] bool is_time(std::string_view text) noexcept;
[[nodiscard]] bool is_date_time(std::string_view text) noexcept;
[[nodiscard]] bool is_duration(std::string_view text) noexcept;

// format_host.cc
[[nodiscard]] bool is_ipv4(std::string_view text) noexcept;
[[nodiscard]] bool is_ipv6(std::string_view text) noexcept;
[[nodiscard]] bool is_hostname(std::string_view text) noexcept;
/// Without the A-labels of IDNA, as drafts before 7 have it: "--" may stand anywhere inside.
[[nodiscard]] bool is_plain_hostname(std::string_view text) noexcept;
[[nodiscard]] bool is_email(std::string_view text) noexcept;
[[nodiscard]] bool is_idn_email(std::string_view text) noexcept;

// format_idn.cc
[[nodiscard]] bool is_idn_hostname(std::string_view text) noexcept;
/// The domain of an address (RFC 6531 section 3.3): normalised by whoever looks it up, so it need
/// not be in NFC.
[[nodiscard]] bool is_idn_domain(std::string_view text) noexcept;
/// "xn--" and what decodes to a valid U-label.
[[nodiscard]] bool is_a_label(std::string_view label) noexcept;

// format_uri.cc
enum class UriAlphabet : uint8_t { Uri, Iri };
[[nodiscard]] bool is_uri_reference(std::string_view text, UriAlphabet alphabet,
                                    bool needs_scheme) noexcept;
[[nodiscard]] bool is_uri_template(std::string_view text) noexcept;

}  // namespace faultline::contracts::json_schema

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/format_grammar.h"
#include "contracts/json_schema/uri_reference.h"

#include <algorithm>
#include <array>

// URIs (RFC 3986), IRIs (RFC 3987), URI templates (RFC 6570).
namespace faultline::contracts::json_schema {
namespace {

constexpr std::string_view kUnreserved = "-._~";
constexpr std::string_view kSubDelims = "!$&'()*+,;=";

/// RFC 3987 section 2.2, `ucschar`: beyond the first plane, all but the last two of each.
bool is_ucschar(uint32_t c) noexcept {
  if (c >= 0x10000 && c <= 0xEFFFD)
    return (c & 0xFFFFU) <= 0xFFFD && !(c >= 0xE0000 && c < 0xE1000);
  return (c >= 0xA0 && c <= 0xD7FF) || (c >= 0xF900 && c <= 0xFDCF) || (c >= 0xFDF0 && c <= 0xFFEF);
}

/// RFC 3987 section 2.2, `iprivate`: in queries only.
bool is_iprivate(uint32_t c) noexcept {
  return (c >= 0xE000 && c <= 0xF8FF) || (c >= 0xF0000 && c <= 0xFFFFD) ||
         (c >= 0x100000 && c <= 0x10FFFD);
}

bool is_escape(std::string_view text) noexcept {
  return text.size() >= 3 && text[0] == '%' && is_hex_digit(text[1]) && is_hex_digit(text[2]);
}

/// Whether the part consists of unreserved characters, sub-delims, escapes and `extra`.
struct PartRule {
  UriAlphabet alphabet;
  std::string_view extra;
  bool with_private = false;

  [[nodiscard]] bool admits(std::string_view part) const noexcept {
    while (!part.empty()) {
      const char c = part.front();
      size_t size = 1;
      if (c == '%') {
        if (!is_escape(part)) return false;
        size = 3;
      } else if (!is_ascii(c)) {
        const CodePoint point = first_code_point(part);
        size = point.size;
        if (alphabet == UriAlphabet::Uri) return false;
        if (!is_ucschar(point.value) && !(with_private && is_iprivate(point.value))) return false;
      } else if (!is_alphanumeric(c) && kUnreserved.find(c) == std::string_view::npos &&
                 kSubDelims.find(c) == std::string_view::npos &&
                 extra.find(c) == std::string_view::npos) {
        return false;
      }
      part.remove_prefix(size);
    }
    return true;
  }
};

/// RFC 3986 section 3.2.2: what stands between the brackets.
bool is_ip_literal(std::string_view text) noexcept {
  if (!text.starts_with('v') && !text.starts_with('V')) return is_ipv6(text);
  const size_t dot = text.find('.');
  if (dot == std::string_view::npos || dot < 2 || dot + 1 == text.size()) return false;
  const std::string_view version = text.substr(1, dot - 1);
  const std::string_view address = text.substr(dot + 1);
  return std::all_of(version.begin(), version.end(), is_hex_digit) &&
         address.find('%') == std::string_view::npos &&
         PartRule{UriAlphabet::Uri, ":"}.admits(address);
}

bool is_authority(std::string_view text, UriAlphabet alphabet) noexcept {
  const size_t at = text.find('@');
  if (at != std::string_view::npos) {
    if (!PartRule{alphabet, ":"}.admits(text.substr(0, at))) return false;
    text.remove_prefix(at + 1);
  }
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == std::string_view::npos || !is_ip_literal(text.substr(1, close - 1))) return false;
    text.remove_prefix(close + 1);
    if (!text.empty() && text.front() != ':') return false;
  }
  const size_t colon = std::min(text.find(':'), text.size());
  const std::string_view port = text.substr(std::min(colon + 1, text.size()));
  return PartRule{alphabet, ""}.admits(text.substr(0, colon)) &&
         std::all_of(port.begin(), port.end(), is_ascii_digit);
}

/// RFC 6570 section 2.3, `varname`: dots only between other characters.
bool is_variable_name(std::string_view name) noexcept {
  bool is_after_char = false;
  while (!name.empty()) {
    size_t size = 1;
    if (name.front() == '.') {
      if (!is_after_char) return false;
      is_after_char = false;
    } else {
      is_after_char = true;
      if (name.front() == '%') {
        if (!is_escape(name)) return false;
        size = 3;
      } else if (!is_alphanumeric(name.front()) && name.front() != '_') {
        return false;
      }
    }
    name.remove_prefix(size);
  }
  return is_after_char;
}

/// RFC 6570 section 2.2, without the braces.
bool is_expression(std::string_view text) noexcept {
  constexpr std::string_view kOperators = "+#./;?&=,!@|";
  if (!text.empty() && kOperators.find(text.front()) != std::string_view::npos) {
    text.remove_prefix(1);
  }
  for (std::string_view variable : Parts(text, ',')) {
    const size_t colon = variable.find(':');
    if (colon != std::string_view::npos) {  // a prefix length of 1 to 9999
      const std::string_view length = variable.substr(colon + 1);
      if (length.empty() || length.size() > 4 || length.front() == '0' ||
          !std::all_of(length.begin(), length.end(), is_ascii_digit)) {
        return false;
      }
      variable = variable.substr(0, colon);
    } else if (variable.ends_with('*')) {
      variable.remove_suffix(1);
    }
    if (!is_variable_name(variable)) return false;
  }
  return true;
}

/// RFC 6570 section 2.1, with the apostrophe that erratum 6937 gives back.
bool is_template_literal(std::string_view text) noexcept {
  if (text.front() == '%') return is_escape(text);
  if (!is_ascii(text.front())) {
    const uint32_t point = first_code_point(text).value;
    return is_ucschar(point) || is_iprivate(point);
  }
  constexpr std::string_view kExcluded = " \"<>\\^`{|}";
  return text.front() > 0x20 && text.front() != 0x7F &&
         kExcluded.find(text.front()) == std::string_view::npos;
}

}  // namespace

CodePoint first_code_point(std::string_view text) noexcept {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const size_t size = std::max<size_t>(utf8_sequence_length(text), 1);
  switch (size) {
    case 2:
      return {static_cast<uint32_t>((byte(0) & 0x1FU) << 6U | (byte(1) & 0x3FU)), size};
    case 3:
      return {static_cast<uint32_t>((byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U |
                                    (byte(2) & 0x3FU)),
              size};
    case 4:
      return {static_cast<uint32_t>((byte(0) & 0x07U) << 18U | (byte(1) & 0x3FU) << 12U |
                                    (byte(2) & 0x3FU) << 6U | (byte(3) & 0x3FU)),
              size};
    default:
      return {byte(0), 1};
  }
}

bool is_uri_reference(std::string_view text, UriAlphabet alphabet, bool needs_scheme) noexcept {
  const UriParts parts = split_uri(text);
  if (needs_scheme && !parts.has_scheme) return false;
  if (parts.has_authority && !is_authority(parts.authority, alphabet)) return false;
  if (!parts.has_scheme && !parts.has_authority) {
    // RFC 3986 section 4.2: a colon in the first segment would make it a scheme.
    const std::string_view first = parts.path.substr(0, parts.path.find('/'));
    if (first.find(':') != std::string_view::npos) return false;
  }
  return PartRule{alphabet, ":@/"}.admits(parts.path) &&
         PartRule{alphabet, ":@/?", true}.admits(parts.query) &&
         PartRule{alphabet, ":@/?"}.admits(parts.fragment);
}

bool is_uri_template(std::string_view text) noexcept {
  while (!text.empty()) {
    size_t size = 1;
    if (text.front() == '{') {
      const size_t close = text.find('}');
      if (close == std::string_view::npos || !is_expression(text.substr(1, close - 1))) {
        return false;
      }
      size = close + 1;
    } else {
      if (!is_template_literal(text)) return false;
      size = text.front() == '%' ? 3 : first_code_point(text).size;
    }
    text.remove_prefix(size);
  }
  return true;
}

}  // namespace faultline::contracts::json_schema

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/format.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <optional>

namespace faultline::contracts::json_schema {
namespace {

struct FormatName {
  std::string_view name;
  Format format;
};
constexpr std::array kFormatNames = {
    FormatName{"date-time", Format::DateTime}, FormatName{"date", Format::Date},
    FormatName{"time", Format::Time},          FormatName{"email", Format::Email},
    FormatName{"uuid", Format::Uuid},          FormatName{"ipv4", Format::Ipv4},
    FormatName{"ipv6", Format::Ipv6},          FormatName{"uri", Format::Uri},
    FormatName{"hostname", Format::Hostname},  FormatName{"byte", Format::Byte},
    FormatName{"int32", Format::Int32},        FormatName{"int64", Format::Int64},
    FormatName{"float", Format::Float},        FormatName{"double", Format::Double},
};

bool is_hex_digit(char c) noexcept {
  const char lower = ascii_lower(c);
  return is_ascii_digit(c) || (lower >= 'a' && lower <= 'f');
}

bool is_alphanumeric(char c) noexcept { return is_ascii_alpha(c) || is_ascii_digit(c); }

/// Exactly `count` digits at `at`, as a number; -1 when they are not there.
int digits_at(std::string_view text, size_t at, size_t count) noexcept {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (size_t i = at; i < at + count; ++i) {
    if (!is_ascii_digit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

bool is_date(std::string_view text) noexcept {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const int year = digits_at(text, 0, 4);
  const int month = digits_at(text, 5, 2);
  const int day = digits_at(text, 8, 2);
  if (year < 0 || month < 1 || month > 12 || day < 1) return false;
  constexpr std::array kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= kDays[static_cast<size_t>(month - 1)] + (month == 2 && is_leap ? 1 : 0);
}

/// Minutes east of UTC behind the time of day at `at`; nothing when no offset stands there.
std::optional<int> offset_minutes(std::string_view text, size_t at) noexcept {
  if (at + 1 == text.size() && ascii_lower(text[at]) == 'z') return 0;
  if (at + 6 != text.size() || (text[at] != '+' && text[at] != '-') || text[at + 3] != ':') {
    return std::nullopt;
  }
  const int hours = digits_at(text, at + 1, 2);
  const int minutes = digits_at(text, at + 4, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
  const int total = hours * 60 + minutes;
  return text[at] == '-' ? -total : total;
}

/// RFC 3339 full-time. A second 60 must be a leap second: 23:59:60 in UTC.
bool is_time(std::string_view text) noexcept {
  if (text.size() < 9 || text[2] != ':' || text[5] != ':') return false;
  const int hour = digits_at(text, 0, 2);
  const int minute = digits_at(text, 3, 2);
  const int second = digits_at(text, 6, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return false;
  size_t at = 8;
  if (text[at] == '.') {
    const size_t first = ++at;
    while (at < text.size() && is_ascii_digit(text[at])) ++at;
    if (at == first) return false;
  }
  if (at >= text.size()) return false;
  const auto offset = offset_minutes(text, at);
  if (!offset) return false;
  if (second < 60) return true;
  constexpr int kDay = 24 * 60;
  return (hour * 60 + minute - *offset + kDay) % kDay == kDay - 1;
}

bool is_date_time(std::string_view text) noexcept {
  return text.size() > 11 && ascii_lower(text[10]) == 't' && is_date(text.substr(0, 10)) &&
         is_time(text.substr(11));
}

bool is_uuid(std::string_view text) noexcept {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? text[i] != '-' : !is_hex_digit(text[i])) return false;
  }
  return true;
}

bool is_ipv4(std::string_view text) noexcept {
  int parts = 0;
  while (true) {
    const std::string_view part = text.substr(0, text.find('.'));
    if (part.empty() || part.size() > 3 || (part.size() > 1 && part[0] == '0')) return false;
    const int value = digits_at(part, 0, part.size());
    if (value < 0 || value > 255) return false;
    ++parts;
    if (part.size() == text.size()) return parts == 4;
    text.remove_prefix(part.size() + 1);
  }
}

bool is_ipv6(std::string_view text) noexcept {
  int groups = 0;
  bool is_shortened = false;
  if (text.starts_with("::")) {
    is_shortened = true;
    text.remove_prefix(2);
    if (text.empty()) return true;
  }
  while (true) {
    const std::string_view part = text.substr(0, text.find(':'));
    if (part.size() == text.size() && part.find('.') != std::string_view::npos) {
      return is_ipv4(part) && (is_shortened ? groups + 2 < 8 : groups + 2 == 8);
    }
    if (part.empty() || part.size() > 4 || !std::all_of(part.begin(), part.end(), is_hex_digit)) {
      return false;
    }
    ++groups;
    text.remove_prefix(part.size());
    if (text.empty()) break;
    text.remove_prefix(1);
    if (text.starts_with(':')) {
      if (is_shortened) return false;
      is_shortened = true;
      text.remove_prefix(1);
      if (text.empty()) break;
    }
  }
  return is_shortened ? groups < 8 : groups == 8;
}

bool is_hostname(std::string_view text) noexcept {
  if (text.empty() || text.size() > 253) return false;
  for (const auto label : split(text, '.')) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') {
      return false;
    }
    const auto is_label_char = [](char c) { return is_alphanumeric(c) || c == '-'; };
    if (!std::all_of(label.begin(), label.end(), is_label_char)) return false;
  }
  return true;
}

/// RFC 5321 mailbox: a dot-string or a quoted local part, then a host name or an address literal.
bool is_email(std::string_view text) noexcept {
  const size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || at > 64) return false;
  const std::string_view local = text.substr(0, at);
  const std::string_view domain = text.substr(at + 1);
  const auto is_atom_char = [](char c) {
    return is_alphanumeric(c) ||
           std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  if (local.size() >= 2 && local.front() == '"' && local.back() == '"') {
    const std::string_view quoted = local.substr(1, local.size() - 2);
    if (quoted.find_first_of("\"\r\n") != std::string_view::npos) return false;
  } else {
    for (const auto atom : split(local, '.')) {
      if (atom.empty() || !std::all_of(atom.begin(), atom.end(), is_atom_char)) return false;
    }
  }
  if (domain.starts_with('[') && domain.ends_with(']')) {
    const std::string_view literal = domain.substr(1, domain.size() - 2);
    return literal.starts_with("IPv6:") ? is_ipv6(literal.substr(5)) : is_ipv4(literal);
  }
  return is_hostname(domain);
}

/// RFC 3986 authority: brackets only around an address, a port only of digits.
bool is_authority(std::string_view text) noexcept {
  const size_t at = text.rfind('@');
  if (at != std::string_view::npos) {
    if (text.substr(0, at).find_first_of("[]@") != std::string_view::npos) return false;
    text.remove_prefix(at + 1);
  }
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == std::string_view::npos) return false;
    const std::string_view address = text.substr(1, close - 1);
    if (!address.starts_with('v') && !is_ipv6(address)) return false;
    text.remove_prefix(close + 1);
    if (!text.empty() && text.front() != ':') return false;
  }
  const size_t colon = text.find(':');
  const std::string_view port =
      colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  return text.find_first_of("[]") == std::string_view::npos &&
         std::all_of(port.begin(), port.end(), is_ascii_digit);
}

/// RFC 3986 `URI`: a scheme and then only characters that may stand in a URI.
bool is_uri(std::string_view text) noexcept {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || !is_ascii_alpha(text[0])) return false;
  for (const char c : text.substr(0, colon)) {
    if (!is_alphanumeric(c) && c != '+' && c != '-' && c != '.') return false;
  }
  constexpr std::string_view kPunctuation = "-._~:/?#[]@!$&'()*+,;=";
  for (size_t i = colon + 1; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || !is_hex_digit(text[i + 1]) || !is_hex_digit(text[i + 2])) {
        return false;
      }
    } else if (!is_alphanumeric(c) && kPunctuation.find(c) == std::string_view::npos) {
      return false;
    }
  }
  const std::string_view rest = text.substr(colon + 1);
  const size_t fragment = rest.find('#');
  if (fragment != std::string_view::npos &&
      rest.find('#', fragment + 1) != std::string_view::npos) {
    return false;
  }
  if (!rest.starts_with("//")) return rest.find_first_of("[]") == std::string_view::npos;
  const std::string_view authority = rest.substr(2, rest.find_first_of("/?#", 2) - 2);
  return is_authority(authority) &&
         rest.substr(2 + authority.size()).find_first_of("[]") == std::string_view::npos;
}

/// RFC 4648 section 4, with padding.
bool is_base64(std::string_view text) noexcept {
  if (text.size() % 4 != 0) return false;
  size_t end = text.size();
  for (int padding = 0; padding < 2 && end > 0 && text[end - 1] == '='; ++padding) --end;
  for (const char c : text.substr(0, end)) {
    if (!is_alphanumeric(c) && c != '+' && c != '/') return false;
  }
  return true;
}

bool is_within(const json::Decimal& number, std::string_view limit) noexcept {
  const auto bound = json::Decimal::parse(limit);
  if (!bound) return true;
  return limit.starts_with('-') ? number >= *bound : number <= *bound;
}

// Beyond these a number rounds to infinity. Kept as texts: a binary value would round them.
constexpr std::string_view kFloatMax = "3.4028235677973366e38";
constexpr std::string_view kFloatMin = "-3.4028235677973366e38";
constexpr std::string_view kDoubleMax = "1.797693134862315807e308";
constexpr std::string_view kDoubleMin = "-1.797693134862315807e308";

}  // namespace

Format format_of(std::string_view name) noexcept {
  for (const auto& known : kFormatNames) {
    if (known.name == name) return known.format;
  }
  return Format::None;
}

bool text_has_format(Format format, std::string_view text) noexcept {
  switch (format) {
    case Format::DateTime:
      return is_date_time(text);
    case Format::Date:
      return is_date(text);
    case Format::Time:
      return is_time(text);
    case Format::Email:
      return is_email(text);
    case Format::Uuid:
      return is_uuid(text);
    case Format::Ipv4:
      return is_ipv4(text);
    case Format::Ipv6:
      return is_ipv6(text);
    case Format::Uri:
      return is_uri(text);
    case Format::Hostname:
      return is_hostname(text);
    case Format::Byte:
      return is_base64(text);
    case Format::None:
    case Format::Int32:
    case Format::Int64:
    case Format::Float:
    case Format::Double:
      return true;
  }
  return true;
}

bool number_has_format(Format format, const json::Decimal& number) noexcept {
  switch (format) {
    case Format::Int32: {
      const auto value = number.to_int64();
      return value && *value >= std::numeric_limits<int32_t>::min() &&
             *value <= std::numeric_limits<int32_t>::max();
    }
    case Format::Int64:
      return number.to_int64().has_value();
    case Format::Float:
      return is_within(number, kFloatMax) && is_within(number, kFloatMin);
    case Format::Double:
      return is_within(number, kDoubleMax) && is_within(number, kDoubleMin);
    default:
      return true;
  }
}

}  // namespace faultline::contracts::json_schema

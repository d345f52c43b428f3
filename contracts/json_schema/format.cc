// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/format.h"

#include "contracts/json_schema/format_grammar.h"
#include "contracts/json_schema/pattern_syntax.h"

#include <array>
#include <cstddef>
#include <limits>

namespace faultline::contracts::json_schema {
namespace {

constexpr DialectMask kOpenApi = bit_of(Dialect::OpenApi30) | bit_of(Dialect::OpenApi31);
constexpr DialectMask kUpTo6 = bit_of(Dialect::Draft4) | bit_of(Dialect::Draft6);
constexpr DialectMask kAll = 255;

struct FormatName {
  std::string_view name;
  Format format;
  DialectMask dialects;
};
constexpr std::array kFormatNames = {
    FormatName{"date-time", Format::DateTime, kAll},
    FormatName{"date", Format::Date, kAll},
    FormatName{"time", Format::Time, kAll},
    FormatName{"duration", Format::Duration, kAll},
    FormatName{"email", Format::Email, kAll},
    FormatName{"idn-email", Format::IdnEmail, kAll},
    FormatName{"hostname", Format::PlainHostname, kUpTo6},
    FormatName{"hostname", Format::Hostname, kAll},
    FormatName{"idn-hostname", Format::IdnHostname, kAll},
    FormatName{"ipv4", Format::Ipv4, kAll},
    FormatName{"ipv6", Format::Ipv6, kAll},
    FormatName{"uri", Format::Uri, kAll},
    FormatName{"uri-reference", Format::UriReference, kAll},
    FormatName{"uri-template", Format::UriTemplate, kAll},
    FormatName{"iri", Format::Iri, kAll},
    FormatName{"iri-reference", Format::IriReference, kAll},
    FormatName{"uuid", Format::Uuid, kAll},
    FormatName{"json-pointer", Format::JsonPointer, kAll},
    FormatName{"relative-json-pointer", Format::RelativeJsonPointer, kAll},
    FormatName{"regex", Format::Regex, kAll},
    FormatName{"byte", Format::Byte, kOpenApi},
    FormatName{"int32", Format::Int32, kOpenApi},
    FormatName{"int64", Format::Int64, kOpenApi},
    FormatName{"float", Format::Float, kOpenApi},
    FormatName{"double", Format::Double, kOpenApi},
};

bool is_uuid(std::string_view text) noexcept {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? text[i] != '-' : !is_hex_digit(text[i])) return false;
  }
  return true;
}

/// RFC 6901 section 3.
bool is_json_pointer(std::string_view text) noexcept {
  if (text.empty()) return true;
  if (text.front() != '/') return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '~') continue;
    if (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1')) return false;
  }
  return true;
}

bool is_relative_json_pointer(std::string_view text) noexcept {
  size_t digits = 0;
  while (digits < text.size() && is_ascii_digit(text[digits])) ++digits;
  if (digits == 0 || (digits > 1 && text.front() == '0')) return false;
  text.remove_prefix(digits);
  return text == "#" || is_json_pointer(text);
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

Format format_of(std::string_view name, Dialect dialect) noexcept {
  for (const auto& known : kFormatNames) {
    if (known.name == name && (known.dialects & bit_of(dialect)) != 0) return known.format;
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
    case Format::Duration:
      return is_duration(text);
    case Format::Email:
      return is_email(text);
    case Format::IdnEmail:
      return is_idn_email(text);
    case Format::PlainHostname:
      return is_plain_hostname(text);
    case Format::Hostname:
      return is_hostname(text);
    case Format::IdnHostname:
      return is_idn_hostname(text);
    case Format::Ipv4:
      return is_ipv4(text);
    case Format::Ipv6:
      return is_ipv6(text);
    case Format::Uri:
      return is_uri_reference(text, UriAlphabet::Uri, true);
    case Format::UriReference:
      return is_uri_reference(text, UriAlphabet::Uri, false);
    case Format::UriTemplate:
      return is_uri_template(text);
    case Format::Iri:
      return is_uri_reference(text, UriAlphabet::Iri, true);
    case Format::IriReference:
      return is_uri_reference(text, UriAlphabet::Iri, false);
    case Format::Uuid:
      return is_uuid(text);
    case Format::JsonPointer:
      return is_json_pointer(text);
    case Format::RelativeJsonPointer:
      return is_relative_json_pointer(text);
    case Format::Regex:
      return is_ecma_pattern(text);
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

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/dialect.h"
#include "proxy/json/exact_number.h"

#include <cstdint>
#include <string_view>

namespace faultline::contracts::json_schema {

/// The formats that are checked, each by the document it is defined in (2020-12 validation, section
/// 7.3; OpenAPI 3.0.3, section "Data Types"). Any other name is an annotation: real contracts use
/// hundreds of private ones.
enum class Format : uint8_t {
  None,
  DateTime,             // RFC 3339 date-time
  Date,                 // RFC 3339 full-date
  Time,                 // RFC 3339 full-time
  Duration,             // RFC 3339 appendix A
  Email,                // RFC 5321 Mailbox
  IdnEmail,             // RFC 6531 Mailbox
  PlainHostname,        // RFC 1123 section 2.1: `hostname` up to draft 6
  Hostname,             // the same with the A-labels of RFC 5891
  IdnHostname,          // RFC 5890 section 2.3.2.3
  Ipv4,                 // RFC 2673 section 3.2
  Ipv6,                 // RFC 4291 section 2.2
  Uri,                  // RFC 3986
  UriReference,         // RFC 3986
  UriTemplate,          // RFC 6570
  Iri,                  // RFC 3987
  IriReference,         // RFC 3987
  Uuid,                 // RFC 4122
  JsonPointer,          // RFC 6901 section 5
  RelativeJsonPointer,  // draft-handrews-relative-json-pointer-01
  Regex,                // ECMA-262 with `u`
  Byte,                 // RFC 4648 section 4 (OpenAPI)
  Int32,                // OpenAPI
  Int64,
  Float,
  Double,
};

/// None when the dialect does not define the name.
[[nodiscard]] Format format_of(std::string_view name, Dialect dialect) noexcept;
/// Whether the format speaks about numbers; else it speaks about texts.
[[nodiscard]] constexpr bool judges_numbers(Format format) noexcept {
  return format >= Format::Int32;
}
/// True for the formats of numbers. `text` is well-formed UTF-8.
[[nodiscard]] bool text_has_format(Format format, std::string_view text) noexcept;
/// True for the formats of texts.
[[nodiscard]] bool number_has_format(Format format, const json::Decimal& number) noexcept;

}  // namespace faultline::contracts::json_schema

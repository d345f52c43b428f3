// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/json/exact_number.h"

#include <cstdint>
#include <string_view>

namespace faultline::contracts::json_schema {

/// The formats that are checked. Any other name is an annotation: real contracts use hundreds of
/// private ones.
enum class Format : uint8_t {
  None,
  DateTime,
  Date,
  Time,
  Email,
  Uuid,
  Ipv4,
  Ipv6,
  Uri,
  Hostname,
  Byte,
  Int32,
  Int64,
  Float,
  Double,
};

[[nodiscard]] Format format_of(std::string_view name) noexcept;
/// Formats of texts; true for the formats of numbers.
[[nodiscard]] bool text_has_format(Format format, std::string_view text) noexcept;
/// Formats of numbers; true for the formats of texts.
[[nodiscard]] bool number_has_format(Format format, const json::Decimal& number) noexcept;

}  // namespace faultline::contracts::json_schema

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/avro/kind.h"
#include "proxy/json/tape.h"

#include <cstdint>
#include <string>

namespace faultline::contracts::avro {

/// What the values of a type mean (Specification, "Logical Types").
struct LogicalType {
  enum class Kind : uint8_t {
    None,
    Decimal,
    BigDecimal,
    Uuid,
    Date,
    TimeMillis,
    TimeMicros,
    TimestampMillis,
    TimestampMicros,
    TimestampNanos,
    LocalTimestampMillis,
    LocalTimestampMicros,
    LocalTimestampNanos,
    Duration,
  };
  Kind kind = Kind::None;
  uint32_t precision = 0;  // Decimal: digits, at least 1
  uint32_t scale = 0;      // Decimal: those after the point, at most `precision`
};

/// The logical type that the object of a type names. `fixed_bytes` is the size of Kind::Fixed. One
/// that nobody knows is none; so is one that does not fit its type, as the specification asks, and
/// then `problem` says why.
[[nodiscard]] LogicalType read_logical_type(json::Value source, Kind kind, uint32_t fixed_bytes,
                                            std::string& problem);

}  // namespace faultline::contracts::avro

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/avro/logical_type.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

namespace faultline::contracts::avro {
namespace {

struct Row {
  std::string_view name;
  LogicalType::Kind logical;
  Kind kind;
  uint32_t fixed_bytes = 0;  // of Fixed; 0 for any
};

constexpr std::array kRows{
    Row{"decimal", LogicalType::Kind::Decimal, Kind::Bytes},
    Row{"decimal", LogicalType::Kind::Decimal, Kind::Fixed},
    Row{"big-decimal", LogicalType::Kind::BigDecimal, Kind::Bytes},
    Row{"uuid", LogicalType::Kind::Uuid, Kind::String},
    Row{"uuid", LogicalType::Kind::Uuid, Kind::Fixed, 16},
    Row{"date", LogicalType::Kind::Date, Kind::Int},
    Row{"time-millis", LogicalType::Kind::TimeMillis, Kind::Int},
    Row{"time-micros", LogicalType::Kind::TimeMicros, Kind::Long},
    Row{"timestamp-millis", LogicalType::Kind::TimestampMillis, Kind::Long},
    Row{"timestamp-micros", LogicalType::Kind::TimestampMicros, Kind::Long},
    Row{"timestamp-nanos", LogicalType::Kind::TimestampNanos, Kind::Long},
    Row{"local-timestamp-millis", LogicalType::Kind::LocalTimestampMillis, Kind::Long},
    Row{"local-timestamp-micros", LogicalType::Kind::LocalTimestampMicros, Kind::Long},
    Row{"local-timestamp-nanos", LogicalType::Kind::LocalTimestampNanos, Kind::Long},
    Row{"duration", LogicalType::Kind::Duration, Kind::Fixed, 12},
};

std::optional<uint32_t> read_digits(std::optional<json::Value> value) {
  if (!value || !value->is_number()) return std::nullopt;
  const auto number = value->as_int64();
  if (!number || *number < 0 || *number > std::numeric_limits<int32_t>::max()) return std::nullopt;
  return static_cast<uint32_t>(*number);
}

// The most decimal digits of which every number fits a two's complement number of so many bytes.
// Of the largest size they are more than a uint32_t holds.
uint64_t digits_in(uint32_t bytes) {
  constexpr double kDigitsPerBit = 0.301029995663981195;
  return bytes == 0 ? 0 : static_cast<uint64_t>((bytes * 8.0 - 1) * kDigitsPerBit);
}

LogicalType read_decimal(json::Value source, Kind kind, uint32_t fixed_bytes,
                         std::string& problem) {
  const auto precision = read_digits(source.find("precision"));
  const auto written_scale = source.find("scale");
  const auto scale = written_scale ? read_digits(written_scale) : std::optional<uint32_t>(0);
  if (!precision || *precision == 0) {
    problem = "a decimal needs a 'precision' above 0";
  } else if (!scale || *scale > *precision) {
    problem = "the 'scale' of a decimal lies between 0 and its 'precision'";
  } else if (kind == Kind::Fixed && *precision > digits_in(fixed_bytes)) {
    problem = "so many bytes hold no decimal of this 'precision'";
  } else {
    return {LogicalType::Kind::Decimal, *precision, *scale};
  }
  return {};
}

}  // namespace

LogicalType read_logical_type(json::Value source, Kind kind, uint32_t fixed_bytes,
                              std::string& problem) {
  const auto name = source.find("logicalType");
  if (!name || !name->is_string()) return {};
  bool is_known = false;
  for (const Row& row : kRows) {
    if (row.name != name->string()) continue;
    is_known = true;
    if (row.kind != kind || (row.fixed_bytes != 0 && row.fixed_bytes != fixed_bytes)) continue;
    if (row.logical == LogicalType::Kind::Decimal) {
      return read_decimal(source, kind, fixed_bytes, problem);
    }
    return {row.logical};
  }
  if (is_known) {
    problem = "the logical type '" + std::string(name->string()) + "' does not fit this " +
              std::string(kind_name(kind));
  }
  return {};
}

}  // namespace faultline::contracts::avro

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/units.h"

#include "proxy/base/text.h"

#include <fmt/core.h>

#include <array>
#include <optional>

namespace faultline {
namespace {

struct Unit {
  std::string_view name;
  uint64_t scale;
};

constexpr std::array<Unit, 6> kTimeUnits{{{"h", 3'600'000'000'000},
                                          {"m", 60'000'000'000},
                                          {"s", 1'000'000'000},
                                          {"ms", 1'000'000},
                                          {"us", 1'000},
                                          {"ns", 1}}};
constexpr std::array<Unit, 7> kSizeUnits{{{"GiB", 1ULL << 30U},
                                          {"MiB", 1ULL << 20U},
                                          {"KiB", 1ULL << 10U},
                                          {"GB", 1'000'000'000},
                                          {"MB", 1'000'000},
                                          {"KB", 1'000},
                                          {"B", 1}}};

// An exact decimal: `digits / 10^decimals`.
struct Decimal {
  uint64_t digits = 0;
  uint64_t power = 1;
};

std::optional<Decimal> parse_decimal(std::string_view text) {
  Decimal value;
  bool has_digit = false;
  bool after_point = false;
  for (const char c : text) {
    if (c == '.' && !after_point && has_digit) {
      after_point = true;
      continue;
    }
    if (!is_ascii_digit(c)) return std::nullopt;
    if (value.digits > UINT64_MAX / 10 - 1 || value.power > UINT64_MAX / 10) return std::nullopt;
    value.digits = value.digits * 10 + static_cast<uint64_t>(c - '0');
    if (after_point) value.power *= 10;
    has_digit = true;
  }
  if (!has_digit || text.back() == '.') return std::nullopt;
  return value;
}

template <size_t N>
std::optional<uint64_t> parse_with_unit(std::string_view text, const std::array<Unit, N>& units) {
  const size_t unit_at = text.find_first_not_of("0123456789.");
  const auto number = parse_decimal(text.substr(0, unit_at));
  if (!number) return std::nullopt;
  const std::string_view unit =
      unit_at == std::string_view::npos ? std::string_view() : text.substr(unit_at);
  for (const auto& candidate : units) {
    if (candidate.name != unit) continue;
    if (number->digits != 0 && candidate.scale > UINT64_MAX / number->digits) return std::nullopt;
    const uint64_t scaled = number->digits * candidate.scale;
    if (scaled % number->power != 0) return std::nullopt;
    return scaled / number->power;
  }
  return std::nullopt;
}

struct CivilTime {
  int64_t year;
  unsigned month, day, hour, minute, second;
};

// Days to civil date by the era method: proleptic Gregorian, 400-year eras of 146,097 days.
CivilTime to_civil(WallTime time) {
  int64_t seconds = time.ns / 1'000'000'000;
  if (time.ns % 1'000'000'000 < 0) --seconds;
  int64_t days = seconds / 86'400;
  int64_t rest = seconds % 86'400;
  if (rest < 0) {
    rest += 86'400;
    --days;
  }
  days += 719'468;
  const int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const auto day_of_era = static_cast<uint64_t>(days - era * 146'097);
  const uint64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const uint64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const uint64_t shifted_month = (5 * day_of_year + 2) / 153;
  const auto day = static_cast<unsigned>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  const auto month =
      static_cast<unsigned>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  const int64_t year = static_cast<int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0);
  const auto second_of_day = static_cast<unsigned>(rest);
  return {year, month, day, second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60};
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  const auto value = text == "0" ? std::optional<uint64_t>(0) : parse_with_unit(text, kTimeUnits);
  if (!value || *value > static_cast<uint64_t>(INT64_MAX)) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("'{}' is not a duration (write 250ms, 1.5s, 2m)", text),
                ErrorSource::Input);
  }
  return Duration(static_cast<int64_t>(*value));
}

std::string format_duration(Duration duration) {
  const bool negative = duration.count() < 0;
  const auto bits = static_cast<uint64_t>(duration.count());
  const uint64_t ns = negative ? 0 - bits : bits;
  if (ns == 0) return "0s";
  for (const auto& unit : kTimeUnits) {
    if (ns % unit.scale == 0) {
      return fmt::format("{}{}{}", negative ? "-" : "", ns / unit.scale, unit.name);
    }
  }
  return fmt::format("{}ns", ns);
}

Result<uint64_t> parse_byte_size(std::string_view text) {
  const bool bare = !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  const auto value = bare ? parse_u64(text) : parse_with_unit(text, kSizeUnits);
  if (!value) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("'{}' is not a size (write 512B, 64KiB, 1MiB)", text),
                ErrorSource::Input);
  }
  return *value;
}

std::string format_byte_size(uint64_t bytes) {
  for (const auto& unit : kSizeUnits) {
    const bool is_binary = unit.name.size() == 3;
    if ((is_binary || unit.scale == 1) && bytes != 0 && bytes % unit.scale == 0) {
      return fmt::format("{}{}", bytes / unit.scale, unit.name);
    }
  }
  return fmt::format("{}B", bytes);
}

Result<uint64_t> parse_probability(std::string_view text) {
  const bool percent = !text.empty() && text.back() == '%';
  auto value = parse_decimal(percent ? text.substr(0, text.size() - 1) : text);
  if (value && percent) {
    if (value->power > UINT64_MAX / 100) {
      value.reset();
    } else {
      value->power *= 100;
    }
  }
  if (!value || value->digits > value->power) {
    return fail(ErrorCode::InvalidArgument,
                fmt::format("'{}' is not a probability (write 20%, 0.5% or 0.05)", text),
                ErrorSource::Input);
  }
  // floor(d/p * 2^32 + 1/2) by long division, one binary digit at a time: exact in 64 bits as
  // long as 2 * power fits, which the bound above gives.
  uint64_t threshold = value->digits / value->power;
  uint64_t rest = value->digits % value->power;
  for (int i = 0; i < 32; ++i) {
    const bool carry = rest >= value->power - rest;
    rest = carry ? rest - (value->power - rest) : rest * 2;
    threshold = threshold * 2 + (carry ? 1 : 0);
  }
  return threshold + (rest >= value->power - rest ? 1 : 0);
}

std::string format_utc(WallTime time) {
  const auto t = to_civil(time);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", t.year, t.month, t.day, t.hour,
                     t.minute, t.second);
}

std::string format_utc_compact(WallTime time) {
  const auto t = to_civil(time);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", t.year, t.month, t.day, t.hour, t.minute,
                     t.second);
}

}  // namespace faultline

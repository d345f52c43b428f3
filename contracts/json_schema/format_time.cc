// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/format_grammar.h"

#include <array>
#include <optional>

namespace faultline::contracts::json_schema {
namespace {

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

/// The number and unit at the front, when the unit is that one. `text` keeps the rest.
bool take_part(std::string_view& text, char unit) noexcept {
  size_t digits = 0;
  while (digits < text.size() && is_ascii_digit(text[digits])) ++digits;
  if (digits == 0 || digits == text.size() || text[digits] != unit) return false;
  text.remove_prefix(digits + 1);
  return true;
}

/// A run of units without a gap: years, months, days may begin and end anywhere, but months may
/// not be left out between years and days (RFC 3339 appendix A).
bool take_run(std::string_view& text, std::string_view units) noexcept {
  bool is_open = false;
  for (const char unit : units) {
    const bool is_there = take_part(text, unit);
    if (is_open && !is_there) break;
    is_open = is_there;
  }
  return is_open || text.empty() || text.front() == 'T';
}

}  // namespace

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

bool is_duration(std::string_view text) noexcept {
  if (!text.starts_with('P') || text.size() < 2) return false;
  text.remove_prefix(1);
  std::string_view weeks = text;
  if (take_part(weeks, 'W')) return weeks.empty();
  if (text.front() != 'T' && !take_run(text, "YMD")) return false;
  if (text.empty()) return true;
  if (text.front() != 'T' || text.size() < 2) return false;
  text.remove_prefix(1);
  return take_run(text, "HMS") && text.empty();
}

}  // namespace faultline::contracts::json_schema

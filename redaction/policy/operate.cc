// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/policy/operate.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace faultline::redaction {
namespace {

// The number of stars says no more of the length than this.
constexpr std::array<size_t, 4> kStars{8, 16, 32, 64};

// A shifted date lies three periods of the calendar back, where nobody was born, so that it is
// known when it is met again; days and lengths of months stay those of a real calendar.
constexpr int64_t kShiftDays = 3 * 146097;
constexpr int64_t kShiftSpreadDays = 180;
constexpr int kShiftedYearMax = 1200;

size_t shown_of(std::string_view value) {
  const size_t most = std::min(kMaskShownMax, value.size() / 4);
  size_t shown = 0;
  while (shown < most && (is_ascii_alpha(value[value.size() - 1 - shown]) ||
                          is_ascii_digit(value[value.size() - 1 - shown]))) {
    ++shown;
  }
  return shown;
}

std::string mask(std::string_view value) {
  const size_t shown = shown_of(value);
  const size_t hidden = value.size() - shown;
  const auto* const stars = std::find_if(kStars.begin(), kStars.end() - 1,
                                         [hidden](size_t count) { return count >= hidden; });
  return std::string(*stars, '*') + std::string(value.substr(value.size() - shown));
}

bool is_mask(std::string_view value) {
  const size_t stars = std::min(value.find_first_not_of('*'), value.size());
  const std::string_view shown = value.substr(stars);
  return std::find(kStars.begin(), kStars.end(), stars) != kStars.end() &&
         shown.size() <= kMaskShownMax && std::all_of(shown.begin(), shown.end(), [](char c) {
           return is_ascii_alpha(c) || is_ascii_digit(c);
         });
}

struct Date {
  int64_t year = 0;
  unsigned month = 1;
  unsigned day = 1;
};

Date read_date(std::string_view text) {
  const auto number = [text](size_t at, size_t count) {
    return parse_u64(text.substr(at, count)).value_or(0);
  };
  return {static_cast<int64_t>(number(0, 4)), static_cast<unsigned>(number(5, 2)),
          static_cast<unsigned>(number(8, 2))};
}

std::string write_date(const Date& date) {
  const auto digits = [](uint64_t value, size_t count) {
    std::string text = std::to_string(value);
    return std::string(count - std::min(count, text.size()), '0') + text;
  };
  return digits(static_cast<uint64_t>(date.year), 4) + "-" + digits(date.month, 2) + "-" +
         digits(date.day, 2);
}

// Days since 0000-03-01 of the proleptic Gregorian calendar: years are counted from March, so that
// the leap day is the last one.
int64_t day_number(const Date& date) {
  const int64_t year = date.month <= 2 ? date.year - 1 : date.year;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t month = (date.month + 9) % 12;
  const int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
}

Date date_of(int64_t days) {
  const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const int64_t day_of_era = days - era * 146097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month = (5 * day_of_year + 2) / 153;
  Date date;
  date.day = static_cast<unsigned>(day_of_year - (153 * month + 2) / 5 + 1);
  date.month = static_cast<unsigned>(month < 10 ? month + 3 : month - 9);
  date.year = year_of_era + era * 400 + (date.month <= 2 ? 1 : 0);
  return date;
}

bool is_real_date(const Date& date) {
  if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > 31) return false;
  return write_date(date_of(day_number(date))) == write_date(date);
}

bool is_shifted(std::string_view value) {
  return starts_with_date(value) && read_date(value).year < kShiftedYearMax;
}

std::optional<std::string> shift(const Operand& operand, const Surrogates& surrogates) {
  const std::string_view value = operand.value;
  if (!starts_with_date(value)) return std::nullopt;
  const Date date = read_date(value);
  if (!is_real_date(date)) return std::nullopt;
  const auto spread = static_cast<uint64_t>(2 * kShiftSpreadDays + 1);
  const auto offset =
      static_cast<int64_t>(surrogates.number("date-shift", operand.subject) % spread);
  const Date moved = date_of(day_number(date) - kShiftDays - kShiftSpreadDays + offset);
  if (moved.year < 0 || moved.year >= kShiftedYearMax) return std::nullopt;
  return write_date(moved) + std::string(value.substr(10));
}

// RFC 4291 text with `::` filled in: the first three groups and nothing behind them.
std::string network_of_ipv6(std::string_view value) {
  std::string out;
  unsigned groups = 0;
  for (const auto group : split(value.substr(0, value.find("::")), ':')) {
    if (groups++ == 3) break;
    out += std::string(group) + ":";
  }
  return out + ":";
}

std::optional<std::string> truncate(const Operand& operand) {
  const std::string_view value = operand.value;
  if (is_ipv4(value)) return std::string(value.substr(0, value.rfind('.'))) + ".0";
  if (looks_like_ipv6(value)) return network_of_ipv6(value);
  if (starts_with_date(value)) return std::string(value.substr(0, 8)) + "01";
  const size_t dot = value.find('.');
  const size_t first = value.starts_with('-') ? 1 : 0;
  const auto digits = [](std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_ascii_digit);
  };
  const bool decimal = dot != std::string_view::npos && dot - first <= 3 &&
                       digits(value.substr(first, dot - first)) && digits(value.substr(dot + 1));
  if (decimal) return std::string(value.substr(0, dot + 2));
  return std::nullopt;
}

}  // namespace

std::optional<std::string> operate(Operator op, const Operand& operand, std::string shape,
                                   const Surrogates& surrogates) {
  const bool is_text = operand.slot == Slot::Text;
  const bool is_secret = is_secret_class(operand.class_id);
  switch (op) {
    case Operator::Shape:
      return shape;
    case Operator::Keep:
      return std::nullopt;
    case Operator::Drop:
    case Operator::Null:
      return is_text ? std::string() : std::string("null");
    case Operator::Tag:
      return is_text ? surrogates.plain_tag(operand.class_id) : shape;
    case Operator::Hmac:
      return is_text ? surrogates.tag(operand.class_id, operand.value) : shape;
    case Operator::Mask:
      if (!is_text || is_secret || operand.value.size() < kMaskedBytesMin) return shape;
      return mask(operand.value);
    case Operator::Truncate:
      if (is_secret) return shape;
      return truncate(operand).value_or(std::move(shape));
    case Operator::DateShift:
      if (!is_text || is_secret) return shape;
      return shift(operand, surrogates).value_or(std::move(shape));
  }
  return shape;
}

bool is_operated(const OperatorTable& table, const Operand& operand) {
  // In the place of a secret too: it may have been a mail address, of which an end is shown.
  if (table.uses(Operator::Mask) && is_mask(operand.value)) return true;
  if (is_secret_class(operand.class_id)) return false;
  if (table.uses(Operator::DateShift) && is_shifted(operand.value)) return true;
  if (!table.uses(Operator::Truncate)) return false;
  const auto truncated = truncate(operand);
  return truncated && *truncated == operand.value;
}

}  // namespace faultline::redaction

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/record/rfc3339.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace faultline::record {

namespace {

/// Takes pieces off the front; once something does not fit, everything fails.
class Scanner final {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  int digits(size_t count) noexcept {
    int value = 0;
    if (text_.size() < count) return refuse();
    for (size_t i = 0; i < count; ++i) {
      if (!is_ascii_digit(text_[i])) return refuse();
      value = value * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(count);
    return value;
  }
  void expect(char c) noexcept {
    if (!accept(c)) refuse();
  }
  bool accept(char c) noexcept {
    if (text_.empty() || ascii_lower(text_.front()) != ascii_lower(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  /// The digits of a fraction, as nanoseconds.
  int64_t fraction_ns() noexcept {
    if (text_.empty() || !is_ascii_digit(text_.front())) return refuse();
    int64_t value = 0;
    int64_t unit = 100'000'000;
    while (!text_.empty() && is_ascii_digit(text_.front())) {
      value += (text_.front() - '0') * unit;
      unit /= 10;
      text_.remove_prefix(1);
    }
    return value;
  }
  [[nodiscard]] bool is_done() const noexcept { return is_good_ && text_.empty(); }

 private:
  int refuse() noexcept {
    is_good_ = false;
    return 0;
  }
  std::string_view text_;
  bool is_good_ = true;
};

/// Minutes east of UTC.
int zone_minutes(Scanner& scanner) noexcept {
  if (scanner.accept('Z')) return 0;
  int sign = 1;
  if (!scanner.accept('+')) {
    scanner.expect('-');
    sign = -1;
  }
  const int hours = scanner.digits(2);
  scanner.expect(':');
  return sign * (hours * 60 + scanner.digits(2));
}

}  // namespace

std::optional<int64_t> parse_rfc3339_ns(std::string_view text) noexcept {
  Scanner scanner(text);
  const int year = scanner.digits(4);
  scanner.expect('-');
  const int month = scanner.digits(2);
  scanner.expect('-');
  const int day = scanner.digits(2);
  if (!scanner.accept('T')) scanner.expect(' ');
  const int hour = scanner.digits(2);
  scanner.expect(':');
  const int minute = scanner.digits(2);
  scanner.expect(':');
  const int second = scanner.digits(2);
  const int64_t fraction = scanner.accept('.') ? scanner.fraction_ns() : 0;
  const int zone = zone_minutes(scanner);
  if (!scanner.is_done()) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || year < 1970 || year > 2261) return std::nullopt;
  if (hour > 23 || minute > 59 || second > 60 || std::abs(zone) >= 24 * 60) return std::nullopt;
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  const int64_t seconds =
      days * 86400 + hour * 3600 + minute * 60 + std::min(second, 59) - zone * 60;
  return seconds * 1'000'000'000 + fraction;
}

}  // namespace faultline::record

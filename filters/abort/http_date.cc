// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/abort/http_date.h"

#include <fmt/core.h>

#include <chrono>
#include <string_view>

namespace faultline::filters {

std::string http_date(WallTime time) {
  namespace chrono = std::chrono;
  constexpr std::string_view kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto second = chrono::floor<chrono::seconds>(chrono::nanoseconds(time.ns));
  const chrono::sys_days day = chrono::floor<chrono::days>(chrono::sys_seconds(second));
  const chrono::year_month_day date(day);
  const chrono::hh_mm_ss clock(chrono::sys_seconds(second) - day);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     kDays[chrono::weekday(day).c_encoding()], unsigned{date.day()},
                     kMonths[unsigned{date.month()} - 1], int{date.year()}, clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

}  // namespace faultline::filters

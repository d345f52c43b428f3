// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/server/overload.h"

#include "proxy/base/limits.h"

#include <fstream>

#include <unistd.h>

namespace faultline::server {
namespace {

constexpr unsigned kHysteresisPercent = 2;

}  // namespace

std::string_view pressure_name(Pressure pressure) noexcept {
  switch (pressure) {
    case Pressure::None:
      return "none";
    case Pressure::High:
      return "high";
    case Pressure::Full:
      return "full";
  }
  return "none";
}

uint64_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  uint64_t all_pages = 0;
  uint64_t resident_pages = 0;
  if (!(statm >> all_pages >> resident_pages)) return 0;
  return resident_pages * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
}

Pressure OverloadGuard::look(uint64_t used_bytes) noexcept {
  // A level that holds is left at a lower figure than it was entered at.
  const auto reaches = [&](Pressure level, unsigned percent) {
    const unsigned from = pressure_ >= level ? percent - kHysteresisPercent : percent;
    return used_bytes / 100 >= limit_ / 100 * from / 100;
  };
  if (reaches(Pressure::Full, limits::kOverloadPercent)) {
    pressure_ = Pressure::Full;
  } else {
    pressure_ = reaches(Pressure::High, limits::kPressurePercent) ? Pressure::High : Pressure::None;
  }
  return pressure_;
}

}  // namespace faultline::server

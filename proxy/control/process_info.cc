// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/control/process_info.h"

#include "proxy/base/text.h"
#include "proxy/record/append_file.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

namespace faultline::control {
namespace {

constexpr uint64_t kProcFileBytes = 1024UL * 1024;
constexpr std::string_view kFdFolder = "/proc/self/fd";

// The fields of /proc/self/stat behind the name of the program, which may hold anything; the first
// is field 3 of proc_pid_stat(5).
std::vector<std::string_view> stat_fields(std::string_view self_stat) {
  const size_t name_end = self_stat.rfind(')');
  if (name_end == std::string_view::npos || name_end + 2 > self_stat.size()) return {};
  return split(self_stat.substr(name_end + 2), ' ');
}

std::optional<uint64_t> boot_time(std::string_view system_stat) {
  constexpr std::string_view kName = "btime ";
  for (const std::string_view line : split(system_stat, '\n')) {
    if (line.starts_with(kName)) return parse_u64(line.substr(kName.size()));
  }
  return std::nullopt;
}

uint64_t count_open_fds() {
  std::error_code error;
  std::filesystem::directory_iterator folder(kFdFolder, error);
  if (error) return 0;
  const auto entries = std::distance(folder, std::filesystem::directory_iterator());
  return static_cast<uint64_t>(std::max<std::ptrdiff_t>(entries - 1, 0));  // one is this reader's
}

}  // namespace

std::optional<ProcessInfo> parse_process(std::string_view self_stat, std::string_view system_stat,
                                         const KernelUnits& units) {
  constexpr size_t kFirst = 3;
  const auto fields = stat_fields(self_stat);
  const auto number = [&fields](size_t field) {
    return field - kFirst < fields.size() ? parse_u64(fields[field - kFirst]) : std::nullopt;
  };
  const auto user = number(14);
  const auto system = number(15);
  const auto threads = number(20);
  const auto start = number(22);
  const auto virtual_bytes = number(23);
  const auto resident_pages = number(24);
  const auto boot = boot_time(system_stat);
  if (!user || !system || !threads || !start || !virtual_bytes || !resident_pages || !boot) {
    return std::nullopt;
  }
  ProcessInfo info;
  info.start_time_seconds =
      static_cast<double>(*boot) + static_cast<double>(*start) / units.ticks_per_second;
  info.cpu_seconds = static_cast<double>(*user + *system) / units.ticks_per_second;
  info.threads = *threads;
  info.virtual_bytes = *virtual_bytes;
  info.resident_bytes = *resident_pages * units.page_bytes;
  return info;
}

ProcessInfo read_process_info() {
  ProcessInfo info;
  const auto self = record::read_file("/proc/self/stat", kProcFileBytes);
  const auto system = record::read_file("/proc/stat", kProcFileBytes);
  if (self && system) {
    const KernelUnits units{.ticks_per_second = static_cast<double>(::sysconf(_SC_CLK_TCK)),
                            .page_bytes = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE))};
    info = parse_process(*self, *system, units).value_or(info);
  }
  info.open_fds = count_open_fds();
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) info.max_fds = limit.rlim_cur;
  return info;
}

}  // namespace faultline::control

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace faultline::control {

/// What the kernel says of this process, named as Prometheus clients name it.
struct ProcessInfo {
  double start_time_seconds = 0;  // since 1970
  double cpu_seconds = 0;
  uint64_t resident_bytes = 0;
  uint64_t virtual_bytes = 0;
  uint64_t open_fds = 0;
  uint64_t max_fds = 0;
  uint64_t threads = 0;
};

/// The unit of times in proc(5) and the size of a page.
struct KernelUnits {
  double ticks_per_second = 100;
  uint64_t page_bytes = 4096;
};
/// Fills what /proc/self/stat (proc_pid_stat(5)) and the `btime` of /proc/stat (proc_stat(5)) hold.
/// Nothing when one of them is malformed.
[[nodiscard]] std::optional<ProcessInfo> parse_process(std::string_view self_stat,
                                                       std::string_view system_stat,
                                                       const KernelUnits& units);

/// Reads /proc, which is memory and never blocks. Fields that cannot be read are 0.
[[nodiscard]] ProcessInfo read_process_info();

}  // namespace faultline::control

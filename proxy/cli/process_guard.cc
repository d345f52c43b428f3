// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/process_guard.h"

#include "proxy/cli/cli.h"

#include <new>
#include <string_view>

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

namespace faultline::cli {
namespace {

// Runs with no memory to be had: no allocation, no destructors, no locks.
[[noreturn]] void end_without_memory() {
  constexpr std::string_view kText =
      "faultline: error: out of memory; the run folder is left as it is\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kText.data(), kText.size());
  ::_exit(kEnvironment);
}

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  // Not vital: with the old limit fewer connections fit, and those are counted.
  static_cast<void>(::setrlimit(RLIMIT_NOFILE, &limit));
}

}  // namespace

void guard_process() {
  std::set_new_handler(end_without_memory);
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGXFSZ, &ignore, nullptr);
  raise_descriptor_limit();
}

}  // namespace faultline::cli

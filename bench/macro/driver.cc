// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// The client of the macro benches.
//   bench_driver load --target H:P --path /p --connections N (--requests N | --seconds S)
//   bench_driver idle --target H:P --path /p --connections N
//   bench_driver hang --target H:P --path /p --connections N [--upload BYTES]
#include "bench/macro/load.h"
#include "bench/macro/options.h"

#include <cstdio>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  std::string error;
  const auto options = faultline::bench::parse_options(arguments, error);
  if (!options) {
    std::fprintf(stderr, "error: %s\n", error.c_str());
    return 2;
  }
  switch (options->mode) {
    case faultline::bench::Mode::Load:
      return faultline::bench::run_load(*options);
    case faultline::bench::Mode::Idle:
      return faultline::bench::run_idle(*options);
    case faultline::bench::Mode::Hang:
      return faultline::bench::run_hang(*options);
  }
  return 2;
}

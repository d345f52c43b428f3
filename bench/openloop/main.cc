// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// bench_openloop --target H:P (--rate R | --closed) (--seconds S | --requests N)
//   [--mode http|tcp] [--path /p] [--bytes N] [--connections N] [--arrivals constant|poisson]
//   [--seed N] [--warmup S] [--timeout-ms N] [--until-refused]
//
// Prints one line of JSON. Exit code 0 when the schedule was run, whatever the answers were; 1 when
// it could not begin; 2 for a wrong command line.
#include "bench/openloop/generator.h"
#include "bench/openloop/options.h"

#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  namespace bench = faultline::bench;
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  std::string error;
  const auto options = bench::parse_open_loop_options(arguments, error);
  if (!options) {
    std::fprintf(stderr, "error: %s\n", error.c_str());
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  bench::Generator generator(*uv_default_loop(), *options);
  if (!generator.run(error)) {
    std::fprintf(stderr, "error: %s\n", error.c_str());
    return 1;
  }
  std::printf("%s\n", bench::to_json(generator.report()).c_str());
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/openloop/options.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace faultline::bench {
namespace {

std::vector<std::string> words(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> found;
  for (std::string word; stream >> word;) found.push_back(word);
  return found;
}

TEST(OpenLoopOptions, ReadsEveryOption) {
  std::string error;
  const auto options = parse_open_loop_options(
      words("--target 127.0.0.1:80 --mode tcp --bytes 9 --connections 3 --arrivals poisson --rate "
            "12.5 --seed 4 --requests 5 --seconds 6 --warmup 0.5 --timeout-ms 7 --until-refused"),
      error);

  ASSERT_TRUE(options.has_value()) << error;
  EXPECT_EQ(options->mode, OpenLoopMode::Tcp);
  EXPECT_EQ(options->message_bytes, 9U);
  EXPECT_EQ(options->connections, 3U);
  EXPECT_EQ(options->arrivals, ArrivalKind::Poisson);
  EXPECT_EQ(options->rate, 12.5);
  EXPECT_EQ(options->seed, 4U);
  EXPECT_EQ(options->requests, 5U);
  EXPECT_EQ(options->seconds, 6);
  EXPECT_EQ(options->warmup_seconds, 0.5);
  EXPECT_EQ(options->timeout_ms, 7U);
  EXPECT_TRUE(options->is_ended_by_refusal);
}

TEST(OpenLoopOptions, SaysWhatIsWrong) {
  struct Case {
    std::string line;
    std::string error;
  };
  const Case cases[] = {
      {"", "--target HOST:PORT is missing"},
      {"--target localhost:80", "bad option '--target'"},
      {"--target 127.0.0.1:80", "--requests or --seconds is missing"},
      {"--target 127.0.0.1:80 --seconds 1", "--rate or --closed is missing"},
      {"--target 127.0.0.1:80 --seconds 1 --rate 1 --closed", "--closed sends at no rate"},
      {"--target 127.0.0.1:80 --seconds 1 --rate -1", "bad option '--rate'"},
      {"--target 127.0.0.1:80 --seconds 1 --rate 1 --connections 0", "--connections is 0"},
      {"--target 127.0.0.1:80 --seconds 1 --rate 1 --bytes 0", "--bytes is 0"},
      {"--target 127.0.0.1:80 --seconds 1 --rate 1 --timeout-ms 0", "--timeout-ms is 0"},
      {"--target 127.0.0.1:80 --seconds 1 --rate", "bad option '--rate'"},
      {"--mode h3", "bad option '--mode'"},
      {"--arrivals never", "bad option '--arrivals'"},
      {"--path p", "bad option '--path'"},
      {"--pipelining 4", "bad option '--pipelining'"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.line);
    std::string error;

    EXPECT_FALSE(parse_open_loop_options(words(c.line), error).has_value());
    EXPECT_EQ(error, c.error);
  }
}

}  // namespace
}  // namespace faultline::bench

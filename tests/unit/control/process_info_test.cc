// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/control/process_info.h"

#include <gtest/gtest.h>

#include <string>

namespace faultline::control {
namespace {

// Fields 3 to 24 of proc_pid_stat(5), each with its own number.
constexpr std::string_view kFields =
    "S 4 5 6 7 8 9 10 11 12 13 1400 1500 16 17 18 19 20 21 2200 23000000 240 25 26";
constexpr std::string_view kSystem = "cpu  1 2 3\nintr 5\nbtime 1700000000\nprocesses 9\n";

TEST(ProcessInfo, TakesTheFieldsOfTheManual) {
  const auto info = parse_process("17 (faultline) " + std::string(kFields), kSystem,
                                  {.ticks_per_second = 100, .page_bytes = 4096});

  ASSERT_TRUE(info.has_value());
  EXPECT_DOUBLE_EQ(info->start_time_seconds, 1700000022.0);
  EXPECT_DOUBLE_EQ(info->cpu_seconds, 29.0);
  EXPECT_EQ(info->threads, 20U);
  EXPECT_EQ(info->virtual_bytes, 23000000U);
  EXPECT_EQ(info->resident_bytes, 240U * 4096);
}

TEST(ProcessInfo, IsNotFooledByTheNameOfTheProgram) {
  const auto info = parse_process("17 (a) S 1 2) " + std::string(kFields), kSystem, {});

  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->threads, 20U);
}

TEST(ProcessInfo, IsNothingWhenAFileIsMalformed) {
  const std::string good = "17 (x) " + std::string(kFields);

  EXPECT_FALSE(parse_process("", kSystem, {}));
  EXPECT_FALSE(parse_process("17 (x)", kSystem, {}));
  EXPECT_FALSE(parse_process("17 (x) S 4 5", kSystem, {}));
  EXPECT_FALSE(parse_process(good, "cpu 1\n", {}));
  EXPECT_FALSE(parse_process(good, "btime x\n", {}));
}

TEST(ProcessInfo, OfThisProcessIsPlausible) {
  const auto info = read_process_info();

  EXPECT_GT(info.start_time_seconds, 1.6e9);
  EXPECT_GT(info.resident_bytes, 100'000U);
  EXPECT_GE(info.open_fds, 3U);
  EXPECT_GE(info.max_fds, info.open_fds);
  EXPECT_GE(info.threads, 1U);
}

}  // namespace
}  // namespace faultline::control

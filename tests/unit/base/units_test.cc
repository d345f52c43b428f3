// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/units.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>

namespace faultline {
namespace {

TEST(Duration, ParsesExactDecimals) {
  struct Case {
    std::string_view text;
    int64_t ns;
  };
  constexpr std::array kCases{Case{"250ms", 250'000'000},
                              Case{"1.5s", 1'500'000'000},
                              Case{"2m", 120'000'000'000},
                              Case{"1h", 3'600'000'000'000},
                              Case{"10us", 10'000},
                              Case{"7ns", 7},
                              Case{"0", 0},
                              Case{"0s", 0},
                              Case{"0.000000001s", 1},
                              Case{"0.1ms", 100'000},
                              Case{"9223372036854775807ns", INT64_MAX}};
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    const auto got = parse_duration(c.text);
    ASSERT_TRUE(got.has_value());
    EXPECT_EQ(got->count(), c.ns);
  }
}

TEST(Duration, RefusesWhatIsNotOne) {
  for (const std::string_view bad :
       {"", "5", "ms", "-5ms", "+5ms", "5 ms", "5MS", "5sec", "1.s", ".5s", "1.2.3s", "0.5ns",
        "1e3ms", "9223372036854775808ns", "99999999999h", "5ms "}) {
    SCOPED_TRACE(bad);
    const auto got = parse_duration(bad);
    ASSERT_FALSE(got.has_value());
    EXPECT_EQ(got.error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(got.error().message,
              "'" + std::string(bad) + "' is not a duration (write 250ms, 1.5s, 2m)");
  }
}

TEST(Duration, FormatsTheShortestExactForm) {
  EXPECT_EQ(format_duration(Duration(0)), "0s");
  EXPECT_EQ(format_duration(std::chrono::milliseconds(250)), "250ms");
  EXPECT_EQ(format_duration(std::chrono::milliseconds(1500)), "1500ms");
  EXPECT_EQ(format_duration(std::chrono::minutes(90)), "90m");
  EXPECT_EQ(format_duration(std::chrono::hours(2)), "2h");
  EXPECT_EQ(format_duration(Duration(-1'500'000)), "-1500us");
  EXPECT_EQ(format_duration(Duration(INT64_MIN)), "-9223372036854775808ns");
}

TEST(ByteSize, ParsesBinaryAndDecimalUnits) {
  struct Case {
    std::string_view text;
    uint64_t bytes;
  };
  constexpr std::array kCases{Case{"512", 512},        Case{"512B", 512},
                              Case{"64KiB", 65536},    Case{"1MiB", 1048576},
                              Case{"1.5KiB", 1536},    Case{"2GiB", 2147483648},
                              Case{"10MB", 10000000},  Case{"1KB", 1000},
                              Case{"3GB", 3000000000}, Case{"0", 0}};
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    const auto got = parse_byte_size(c.text);
    ASSERT_TRUE(got.has_value());
    EXPECT_EQ(*got, c.bytes);
  }
  for (const std::string_view bad :
       {"", "-1", "1kb", "1K", "0.5B", "1 KiB", "KiB", "18446744073709551616", "20000000000GiB"}) {
    SCOPED_TRACE(bad);
    EXPECT_FALSE(parse_byte_size(bad).has_value());
  }
}

TEST(ByteSize, FormatsWithBinaryUnitsOrBytes) {
  EXPECT_EQ(format_byte_size(0), "0B");
  EXPECT_EQ(format_byte_size(1000), "1000B");
  EXPECT_EQ(format_byte_size(65536), "64KiB");
  EXPECT_EQ(format_byte_size(1048576), "1MiB");
  EXPECT_EQ(format_byte_size(1048577), "1048577B");
}

TEST(Probability, IsExactFromTheDecimalText) {
  struct Case {
    std::string_view text;
    uint64_t threshold;
  };
  // The first rows are those of the decision function's definition.
  constexpr std::array kCases{Case{"0.1%", 4294967},
                              Case{"5%", 214748365},
                              Case{"20%", 858993459},
                              Case{"50%", 2147483648},
                              Case{"100%", 4294967296},
                              Case{"0%", 0},
                              Case{"0", 0},
                              Case{"1", 4294967296},
                              Case{"0.05", 214748365},
                              Case{"0.0001%", 4295},
                              Case{"25%", 1073741824},
                              Case{"33.333%", 1431641449},
                              Case{"0.99999999999", 4294967296}};
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.text);
    const auto got = parse_probability(c.text);
    ASSERT_TRUE(got.has_value());
    EXPECT_EQ(*got, c.threshold);
  }
}

TEST(Probability, RefusesWhatIsNotOne) {
  for (const std::string_view bad : {"", "%", "20", "1.1", "101%", "-5%", "5 %", "5%%", "x", "1e-2",
                                     // More digits than 64 bits hold are refused, not rounded.
                                     "0.00000000011641532182693481%"}) {
    SCOPED_TRACE(bad);
    const auto got = parse_probability(bad);
    ASSERT_FALSE(got.has_value());
    EXPECT_EQ(got.error().message,
              "'" + std::string(bad) + "' is not a probability (write 20%, 0.5% or 0.05)");
  }
}

TEST(Utc, FormatsCivilTime) {
  struct Case {
    int64_t seconds;
    std::string_view want;
  };
  constexpr std::array kCases{
      Case{0, "1970-01-01T00:00:00Z"}, Case{951'782'400, "2000-02-29T00:00:00Z"},
      Case{1'795'252'504, "2026-11-21T09:15:04Z"}, Case{4'107'542'400, "2100-03-01T00:00:00Z"},
      Case{-1, "1969-12-31T23:59:59Z"}};
  for (const auto& c : kCases) {
    EXPECT_EQ(format_utc({c.seconds * 1'000'000'000}), c.want);
  }
  EXPECT_EQ(format_utc({-1}), "1969-12-31T23:59:59Z");
  EXPECT_EQ(format_utc_compact({1'795'252'504'999'999'999}), "20261121T091504Z");
}

}  // namespace
}  // namespace faultline

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/exact_number.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::json {
namespace {

Decimal number(std::string_view text) {
  const auto parsed = Decimal::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(Decimal());
}

TEST(ExactNumber, TakesTheGrammarOfJsonAndNothingElse) {
  for (const std::string_view text : {"0", "-0", "10", "0.5", "-1.25e+10", "1E5", "123e-7"}) {
    EXPECT_TRUE(Decimal::parse(text)) << text;
  }
  for (const std::string_view text : {"", "-", "01", "+1", "1.", ".5", "1e", "1e+", "0x1", " 1",
                                      "1 ", "--1", "1.2.3", "1e5.0", "inf"}) {
    EXPECT_FALSE(Decimal::parse(text)) << text;
  }
}

TEST(ExactNumber, OrdersExactly) {
  // Ascending; every pair is compared.
  const std::vector<std::string> ascending = {
      "-1e999999999",
      "-9007199254740993",
      "-9007199254740992",
      "-10",
      "-9.99",
      "-0.5",
      "-1e-999999999",
      "0",
      "1e-999999999",
      "0.0999999999999999999999",
      "0.1",
      "0.10000000000000000000001",
      "1",
      "1.0000000000000000000001",
      "9.99",
      "10",
      "100.5",
      "9007199254740992",
      "9007199254740993",
      "18446744073709551616",
      "1e308",
      "1e309",
      "1e999999999",
  };
  for (size_t i = 0; i < ascending.size(); ++i) {
    for (size_t j = 0; j < ascending.size(); ++j) {
      EXPECT_EQ(number(ascending[i]) <=> number(ascending[j]), i <=> j)
          << ascending[i] << " <=> " << ascending[j];
    }
  }
}

TEST(ExactNumber, KnowsEqualSpellings) {
  const std::vector<std::vector<std::string>> classes = {
      {"0", "-0", "0.000", "0e10", "-0.0e-5"},
      {"1", "1.0", "10e-1", "0.1e1", "1e0", "0.001e3", "1000e-3"},
      {"120", "1.2e2", "12e1", "120.00", "0.0120e4"},
      {"-0.05", "-5e-2", "-0.050"},
      {"100.5", "1005e-1", "1.0050e2"},
  };
  for (size_t i = 0; i < classes.size(); ++i) {
    for (const auto& a : classes[i]) {
      for (size_t j = 0; j < classes.size(); ++j) {
        for (const auto& b : classes[j]) {
          EXPECT_EQ(number(a) == number(b), i == j) << a << " " << b;
          EXPECT_EQ(number(a).hash() == number(b).hash(), i == j) << a << " " << b;
        }
      }
    }
  }
}

TEST(ExactNumber, KnowsIntegers) {
  for (const std::string_view text :
       {"0", "0.0", "1.0", "1e5", "1.5e1", "120e-1", "-3.00", "1e999999999", "0e-999999999"}) {
    EXPECT_TRUE(number(text).is_integer()) << text;
  }
  for (const std::string_view text :
       {"0.5", "1.5", "15e-2", "1e-1", "1e-999999999", "100000000000000000000.5"}) {
    EXPECT_FALSE(number(text).is_integer()) << text;
  }
}

TEST(ExactNumber, ConvertsToInt64InItsRangeOnly) {
  struct Case {
    std::string_view text;
    std::optional<int64_t> value;
  };
  const std::vector<Case> cases = {
      {"0", 0},
      {"-1.0", -1},
      {"12e3", 12000},
      {"1.2e1", 12},
      {"9223372036854775807", INT64_MAX},
      {"9223372036854775807.000", INT64_MAX},
      {"9223372036854775808", std::nullopt},
      {"-9223372036854775808", INT64_MIN},
      {"-9223372036854775809", std::nullopt},
      {"9999999999999999999", std::nullopt},
      {"18446744073709551616", std::nullopt},
      {"1e19", std::nullopt},
      {"1e999999999999999999999999", std::nullopt},
      {"0.5", std::nullopt},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(number(c.text).to_int64(), c.value) << c.text;
  }
}

TEST(ExactNumber, DecidesMultiplesExactly) {
  struct Case {
    std::string_view value;
    std::string_view divisor;
    std::optional<bool> is_multiple;
  };
  const std::vector<Case> cases = {
      {"10", "2", true},
      {"7", "2", false},
      {"0", "7", true},
      {"0.07", "0.01", true},
      {"19.99", "0.01", true},
      {"19.995", "0.01", false},
      {"4.5", "1.5", true},
      {"4.6", "1.5", false},
      {"1e308", "0.123", false},
      {"1e308", "0.125", true},
      {"1e308", "0.5", true},
      {"12391239123", "1e-8", true},
      {"-9", "3", true},
      {"9", "-3", true},
      {"1e-999999999", "1e999999999", false},
      {"1e999999999", "7", false},
      {"7e999999999", "7", true},
      {"300", "1e2", true},
      {"350", "1e2", false},
      {"9007199254740993", "3", true},
      {"123456789012345678901234567890", "10", true},
      {"123456789012345678901234567890", "7", true},
      {"123456789012345678901234567890", "11", false},
      {"3", "999999999999999999", false},
      {"1999999999999999998", "999999999999999999", true},
      {"1", "1234567890123456789", std::nullopt},
      {"1", "0", std::nullopt},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(number(c.value).is_multiple_of(number(c.divisor)), c.is_multiple)
        << c.value << " " << c.divisor;
  }
}

}  // namespace
}  // namespace faultline::json

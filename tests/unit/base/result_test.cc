// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/result.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace faultline {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return fail(ErrorCode::InvalidArgument, "odd", ErrorSource::Input);
  return value / 2;
}

Result<int> quarter(int value) {
  FL_TRY(const auto first, half(value));
  FL_TRY(const auto second, half(first));
  return second;
}

Status check(int value) {
  FL_CHECK_OK(half(value).map([](int) {}));
  return {};
}

TEST(Result, PassesValuesThrough) {
  EXPECT_EQ(quarter(12).value(), 3);
  EXPECT_TRUE(check(4).has_value());
}

TEST(Result, ReturnsTheFirstErrorUnchanged) {
  for (const int value : {3, 6}) {
    const auto got = quarter(value);
    ASSERT_FALSE(got.has_value());
    EXPECT_EQ(got.error().code, ErrorCode::InvalidArgument);
    EXPECT_EQ(got.error().source, ErrorSource::Input);
    EXPECT_EQ(got.error().message, "odd");
    EXPECT_FALSE(got.error().retryable);
  }
  ASSERT_FALSE(check(3).has_value());
  EXPECT_EQ(check(3).error().message, "odd");
}

TEST(Result, NamesEveryCodeOnce) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(ErrorCode::Bug); ++code) {
    names.insert(error_code_name(static_cast<ErrorCode>(code)));
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(ErrorCode::Bug) + 1);
  EXPECT_FALSE(names.contains("unknown"));
  EXPECT_EQ(error_code_name(ErrorCode::AddressInUse), "address_in_use");
}

}  // namespace
}  // namespace faultline

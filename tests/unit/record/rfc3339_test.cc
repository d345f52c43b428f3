// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/record/rfc3339.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace faultline::record {
namespace {

TEST(Rfc3339, ReadsTimesAndRefusesWhatIsNone) {
  struct Case {
    std::string text;
    std::optional<int64_t> want;
  };
  constexpr int64_t kSecond = 1'000'000'000;
  const std::vector<Case> cases{
      {"1970-01-01T00:00:00Z", 0},
      {"1970-01-01t00:00:00z", 0},
      {"1970-01-01 00:00:01Z", kSecond},
      {"1970-01-02T00:00:00.5Z", 86400 * kSecond + kSecond / 2},
      {"1970-01-01T00:00:00.0000000019Z", 1},
      {"1970-01-01T01:30:00+01:30", 0},
      {"1969-12-31T23:00:00-01:00", std::nullopt},
      {"1970-01-01T00:00:00-01:00", 3600 * kSecond},
      {"2024-02-29T00:00:00Z", 1709164800 * kSecond},
      {"2026-11-21T09:15:04Z", 1795252504 * kSecond},
      {"1972-06-30T23:59:60Z", 78796799 * kSecond},
      {"2023-02-29T00:00:00Z", std::nullopt},
      {"2026-13-01T00:00:00Z", std::nullopt},
      {"2026-11-21T24:00:00Z", std::nullopt},
      {"2026-11-21T09:60:00Z", std::nullopt},
      {"2026-11-21T09:15:04", std::nullopt},
      {"2026-11-21T09:15:04.Z", std::nullopt},
      {"2026-11-21T09:15:04+0100", std::nullopt},
      {"2026-11-21T09:15:04+24:00", std::nullopt},
      {"2026-11-21T09:15:04Zx", std::nullopt},
      {"2262-01-01T00:00:00Z", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);

    EXPECT_EQ(parse_rfc3339_ns(c.text), c.want);
  }
}

}  // namespace
}  // namespace faultline::record

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/trace_context.h"

#include "proxy/base/hash.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace faultline {
namespace {

constexpr TraceId kTrace{0x5C1F0B7E2D9A4C33, 0x88E6F1A07B52D914};
constexpr uint64_t kSpan = 0xA3F09C5E17B2D846;
const std::string kIds = "5c1f0b7e2d9a4c3388e6f1a07b52d914-a3f09c5e17b2d846";

TEST(TraceParent, ReadsWhatTheRecommendationAllows) {
  struct Case {
    std::string value;
    uint8_t flags;
  };
  const std::vector<Case> cases{
      {"00-" + kIds + "-00", 0},
      {"00-" + kIds + "-01", TraceParent::kSampled},
      {"00-" + kIds + "-03", TraceParent::kSampled | TraceParent::kRandom},
      {"00-" + kIds + "-ff", TraceParent::kSampled | TraceParent::kRandom},
      {"00-" + kIds + "-fc", 0},
      // Later versions, as far as version 00 goes.
      {"01-" + kIds + "-01", TraceParent::kSampled},
      {"cc-" + kIds + "-01-", TraceParent::kSampled},
      {"fe-" + kIds + "-01-what-the-future-will-be-like", TraceParent::kSampled},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.value);
    EXPECT_EQ(parse_traceparent(c.value), (TraceParent{kTrace, kSpan, c.flags}));
  }
}

TEST(TraceParent, TakesNothingElse) {
  const std::string zeros(32, '0');
  std::vector<std::string> values{
      "",
      "00",
      "00-",
      "ff-" + kIds + "-01",
      "0g-" + kIds + "-01",
      "FE-" + kIds + "-01",
      "00-" + kIds + "-1",
      "00-" + kIds + "-001",
      "00-" + kIds + "-01-",
      "00-" + kIds + "-01-more",
      "00-" + kIds + "-0g",
      "00-" + kIds + "-0A",
      "01-" + kIds + "-01x",
      "01-" + kIds + "-011",
      " 00-" + kIds + "-01",
      "00-" + kIds + "-01 ",
      "00-" + kIds + "-01,00-" + kIds + "-01",
      "00-" + zeros + "-a3f09c5e17b2d846-01",
      "00-5c1f0b7e2d9a4c3388e6f1a07b52d914-0000000000000000-01",
      "00-5C1F0B7E2D9A4C3388E6F1A07B52D914-a3f09c5e17b2d846-01",
      "00-5c1f0b7e2d9a4c3388e6f1a07b52d914-A3F09C5E17B2D846-01",
      "00-5c1f0b7e2d9a4c3388e6f1a07b52d91-a3f09c5e17b2d846-01x",
      "00-0x5c1f0b7e2d9a4c3388e6f1a07b52d9-a3f09c5e17b2d846-01",
      "00-+c1f0b7e2d9a4c3388e6f1a07b52d914-a3f09c5e17b2d846-01",
      "00_" + kIds + "_01",
      std::string(10'000, '0'),
  };
  // Every byte of a good value counts: none may be another, and none may be missing.
  const std::string good = "00-" + kIds + "-01";
  for (size_t i = 0; i < good.size(); ++i) {
    for (const char c : {'G', ' ', '\0', '\x80', '_'}) {
      values.push_back(good);
      values.back()[i] = c;
    }
    values.push_back(good.substr(0, i) + good.substr(i + 1));
  }
  for (const auto& value : values) {
    EXPECT_FALSE(parse_traceparent(value).has_value()) << value;
  }
}

TEST(TraceParent, HalfOfATraceIdMayBeZero) {
  const auto parent = parse_traceparent("00-00000000000000010000000000000000-a3f09c5e17b2d846-01");

  ASSERT_TRUE(parent.has_value());
  EXPECT_EQ(parent->trace, (TraceId{1, 0}));
}

TEST(TraceParent, IsWrittenInVersion00) {
  const TraceParent parent{kTrace, kSpan, TraceParent::kSampled};

  EXPECT_EQ(format_traceparent(parent), "00-" + kIds + "-01");
  EXPECT_EQ(parse_traceparent(format_traceparent(parent)), parent);
}

TEST(SpanIds, DependOnSeedListenerConnectionAndExchange) {
  const ExchangeId exchange{.listener = 0, .connection = 17, .exchange = 3};
  const SpanIds ids = span_ids(42, "shop", exchange);

  // The index of a listener is not in it: a reload may add one before it.
  const SpanIds same = span_ids(42, "shop", {.listener = 5, .connection = 17, .exchange = 3});
  EXPECT_EQ(same.trace, ids.trace);
  EXPECT_EQ(same.server, ids.server);
  EXPECT_EQ(same.client, ids.client);
  for (const SpanIds& other :
       {span_ids(43, "shop", exchange), span_ids(42, "mall", exchange),
        span_ids(42, "shop", {0, 18, 3}), span_ids(42, "shop", {0, 17, 4})}) {
    EXPECT_FALSE(other.trace == ids.trace);
    EXPECT_NE(other.server, ids.server);
    EXPECT_NE(other.client, ids.client);
  }
}

// A changed one means that the traces of two versions no longer line up.
TEST(SpanIds, KeepTheirVectors) {
  const SpanIds ids = span_ids(42, "shop", {.listener = 0, .connection = 17, .exchange = 3});

  EXPECT_EQ(trace_id_text(ids.trace), "a57afc40bec3a514fcddbd5ef0dce43a");
  EXPECT_EQ(hex64(ids.server), "ae29f072e186e9f8");
  EXPECT_EQ(hex64(ids.client), "b084e893e07db32f");
}

TEST(SpanIds, AreNeverTheSameAndHoldNoLongNumber) {
  std::set<std::string> traces;
  std::set<std::string> spans;
  for (uint64_t i = 0; i < 20'000; ++i) {
    const SpanIds ids = span_ids(7, "shop", {0, i / 4, i % 4});
    traces.insert(trace_id_text(ids.trace));
    spans.insert(hex64(ids.server));
    spans.insert(hex64(ids.client));
  }

  EXPECT_EQ(traces.size(), 20'000U);
  EXPECT_EQ(spans.size(), 40'000U);
  const auto has_number = [](const std::string& id) {
    size_t run = 0;
    return std::any_of(id.begin(), id.end(), [&run](char c) {
      run = c >= '0' && c <= '9' ? run + 1 : 0;
      return run > 3;
    });
  };
  EXPECT_TRUE(std::none_of(traces.begin(), traces.end(), has_number));
  EXPECT_TRUE(std::none_of(spans.begin(), spans.end(), has_number));
}

}  // namespace
}  // namespace faultline

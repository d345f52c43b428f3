// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/facts.h"

#include "proxy/base/message_view.h"

#include <gtest/gtest.h>

#include <span>
#include <vector>

namespace faultline::rules {
namespace {

TEST(FieldLookup, FindsByNameInOrder) {
  const std::vector<FieldView> fields{{"X-Id", "1"}, {"Host", "a"}, {"x-id", "2"}};
  const FieldLookup lookup(fields);

  EXPECT_EQ(lookup.size(), 3U);
  EXPECT_EQ(lookup.find("x-id"), "1");
  EXPECT_EQ(lookup.find("X-ID", 1), "2");
  EXPECT_EQ(lookup.find("x-id", 2), std::nullopt);
}

// A head gives its fields as a span by value: the lookup must not keep the span. Found by the
// simulation (seed 48): a scope by header read a span that had left the stack.
TEST(FieldLookup, OutlivesTheSpanItWasMadeFrom) {
  const std::vector<FieldView> fields{{"X-Id", "1"}};
  std::span<const FieldView> view(fields);
  const FieldLookup lookup(view);

  view = {};

  EXPECT_EQ(lookup.find("x-id"), "1");
}

}  // namespace
}  // namespace faultline::rules

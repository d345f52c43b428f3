// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/edits.h"

#include "tests/unit/redaction/redaction_support.h"

#include <gtest/gtest.h>

#include <string>

namespace faultline::redaction::testing {
namespace {

Edit edit(uint32_t begin, uint32_t end, std::string text) {
  return {begin, end, ClassId::Email, std::move(text)};
}

TEST(Edits, KeepEverythingOutside) {
  EXPECT_EQ(apply_edits("0123456789", {edit(0, 1, "a"), edit(4, 6, ""), edit(9, 10, "zz")}),
            "a123678zz");
  EXPECT_EQ(apply_edits("0123", {}), "0123");
}

TEST(Edits, MergeWhatOverlapsIntoTheUnionOfTheLongest) {
  const struct {
    std::string name;
    Edits edits;
    std::string want;
  } cases[] = {
      {"apart", {edit(6, 8, "B"), edit(1, 3, "A")}, "0A345B89"},
      {"touching", {edit(1, 3, "A"), edit(3, 5, "B")}, "0AB56789"},
      {"inside", {edit(1, 8, "A"), edit(3, 5, "B")}, "0A89"},
      {"inside, the short one first", {edit(1, 2, "B"), edit(1, 8, "A")}, "0A89"},
      {"over the end", {edit(1, 5, "A"), edit(4, 6, "B")}, "0A6789"},
      {"the longer one is later", {edit(1, 4, "A"), edit(3, 9, "B")}, "0B9"},
      {"a chain", {edit(1, 4, "A"), edit(3, 9, "B"), edit(8, 10, "C")}, "0B"},
      {"equal: the first", {edit(1, 4, "A"), edit(1, 4, "B")}, "0A456789"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Edits edits = c.edits;
    settle(edits);
    EXPECT_EQ(apply_edits("0123456789", edits), c.want);
  }
}

TEST(Edits, SettleLeavesWhatStandsInFrontAlone) {
  Edits edits = {edit(9, 10, "Z"), edit(5, 6, "B"), edit(1, 2, "A")};

  settle(edits, 1);

  EXPECT_EQ(edits[0].text, "Z");
  EXPECT_EQ(edits[1].text, "A");
  EXPECT_EQ(edits[2].text, "B");
}

// Composing is right when one step makes what two made.
TEST(Edits, ComposeMakesInOneStepWhatTwoMade) {
  for (uint64_t seed = 1; seed <= 20000; ++seed) {
    Dice dice(seed);
    const auto random_edits = [&dice](size_t size) {
      Edits edits;
      uint32_t at = 0;
      while (dice.below(5) != 0) {
        const auto begin = at + static_cast<uint32_t>(dice.below(4));
        const auto end = begin + 1 + static_cast<uint32_t>(dice.below(4));
        if (end > size) break;
        edits.push_back(edit(begin, end, dice.text("ABCDEFGH", dice.below(5))));
        at = end;
      }
      return edits;
    };
    const std::string text = dice.text("0123456789", 20);
    Edits edits = random_edits(text.size());
    const std::string once = apply_edits(text, edits);
    const Edits next = random_edits(once.size());
    const std::string want = apply_edits(once, next);

    for (size_t i = next.size(); i-- > 0;) compose(edits, next[i]);

    ASSERT_EQ(apply_edits(text, edits), want) << "seed " << seed;
    uint32_t at = 0;
    for (const auto& e : edits) {
      ASSERT_LE(at, e.begin) << "seed " << seed;
      ASSERT_LE(e.begin, e.end) << "seed " << seed;
      at = e.end;
    }
  }
}

}  // namespace
}  // namespace faultline::redaction::testing

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// What every match of an expression holds, and where that stands in a text.
#include "redaction/stretch.h"

#include "redaction/anchors/anchor_list.h"
#include "redaction/classes.h"
#include "redaction/outlines.h"
#include "redaction/sampler.h"
#include "redaction/stretches.h"
#include "tests/unit/redaction/redaction_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::redaction::testing {
namespace {

// `6 of 0123456789`.
std::string stretch_in(std::string_view pattern, std::string_view literal = {}) {
  RunSets sets;
  const Ways ways = ways_with(ways_of(parse_expression(pattern), sets), sets, 0, literal);
  const Stretch stretch = stretch_of(ways, sets, literal).stretch;
  if (stretch.least == 0) return "none";
  std::string out = std::to_string(stretch.least) + " of ";
  for (size_t byte = 0; byte < 256; ++byte) {
    if (sets.all()[stretch.set][byte]) out += static_cast<char>(byte);
  }
  return out;
}

TEST(Stretch, IsWhatEveryWayGoesThrough) {
  EXPECT_EQ(stretch_in("ab[0-9]{6}"), "6 of 0123456789");
  EXPECT_EQ(stretch_in("a[0-3]{2,9}b"), "2 of 0123");
  EXPECT_EQ(stretch_in("[0-3]{2}-[0-3]{2}"), "2 of 0123");
  EXPECT_EQ(stretch_in("[0-3]{2}-?[0-3]{2}"), "4 of -0123");
  EXPECT_EQ(stretch_in("(?:[ab]{8}|[ac]{4})"), "4 of abc");
  EXPECT_EQ(stretch_in("(?:[0-3]+x|[0-3]+:)[ab]*"), "1 of :x");
  EXPECT_EQ(stretch_in("[^a]+"), "none");
}

// Bytes from the beginning of a match on that hold its stretch.
size_t within(std::string_view pattern) {
  RunSets sets;
  return stretch_of(ways_of(parse_expression(pattern), sets), sets).within;
}

TEST(Stretch, HasEndedAtTheLatestWhereItsRunsBeginThatLate) {
  EXPECT_EQ(within("ab[0-9]{6}"), 8U);
  EXPECT_EQ(within("ab[0-9]{6,90}"), 8U);
  EXPECT_EQ(within("a{1,3}b[0-9]{6}"), 10U);
  EXPECT_EQ(within("(?:ab|abcd)[0-9]{6}"), 10U);
  EXPECT_EQ(within("a+:[0-9]{6}"), Expression::kOpen);
  // The first of two that would do.
  EXPECT_EQ(within("ab[0-3]{2}-[0-3]{2}"), 4U);
}

TEST(Stretch, IsThatOfTheAnchorAtHand) {
  EXPECT_EQ(stretch_in("(?:xy_[a-c]{8}|xz_[a-c_]{4})"), "5 of _abc");
  EXPECT_EQ(stretch_in("(?:xy_[a-c]{8}|xz_[a-c_]{4})", "xy_"), "8 of abc");
  // The anchor stands there: that it does says nothing.
  EXPECT_EQ(stretch_in("q [^a]+", "q "), "none");
}

// Of every anchor of the table: each of its values holds the stretch.
TEST(Stretch, StandsInEveryValueOfItsAnchor) {
  const auto& outlines = Outlines::instance();
  const auto& all = anchors::AnchorList::instance().all();
  Stretches stretches(outlines.stretches.all(), outlines.sets);
  size_t asked = 0;
  for (size_t anchor = 0; anchor < all.size(); ++anchor) {
    const auto& demand = outlines.demands[anchor];
    if (demand.stretch == Outlines::Demand::kNone) continue;
    const bool is_pattern = all[anchor].kind == anchors::Kind::Pattern;
    const char* const pattern =
        is_pattern ? kPatterns[all[anchor].row].pattern : kContexts[all[anchor].row].pattern;
    for (uint64_t seed = 0; seed < 40; ++seed) {
      const std::string value = sample_of(pattern, seed);
      // A row has several anchors.
      if (is_pattern && value.find(all[anchor].text, demand.before) != demand.before) continue;
      stretches.begin(value);
      const size_t sees = demand.sees - (demand.is_behind ? kContextReach : 0);
      EXPECT_TRUE(stretches.stands_in(demand.stretch, {0, std::min(sees, value.size())}))
          << all[anchor].text << ": " << value;
      ++asked;
    }
  }
  EXPECT_GT(asked, 5000U);
}

TEST(Stretches, SayWhatALookAtEveryByteSays) {
  RunSets sets;
  const std::vector<Stretch> list = {{sets.number_of(ByteSet().set('a')), 1},
                                     {sets.number_of(ByteSet().set('a').set('b')), 3},
                                     {sets.number_of(ByteSet().set('a').set('b')), 20}};
  const auto stands = [&](const Stretch& stretch, std::string_view part) {
    size_t length = 0;
    for (const char c : part) {
      length = sets.all()[stretch.set][byte_index(c)] ? length + 1 : 0;
      if (length == stretch.least) return true;
    }
    return false;
  };
  Stretches stretches(list, sets);
  Dice dice(seed_of_the_day());
  size_t found = 0;
  size_t missed = 0;
  for (int round = 0; round < 400; ++round) {
    std::string text;
    while (text.size() < 300) {
      text += dice.text("ab", dice.below(30)) + dice.text("abcd", dice.below(10));
    }
    stretches.begin(text);
    size_t from = 0;
    for (int question = 0; question < 60; ++question) {
      // Mostly onwards, as a scan asks; now and then from anywhere.
      from = dice.below(10) == 0 ? dice.below(text.size()) : from + dice.below(8);
      if (from >= text.size()) from = 0;
      const size_t size = dice.below(std::min<size_t>(text.size() - from, 60) + 1);
      const size_t number = dice.below(list.size());
      const bool is_there = stands(list[number], std::string_view(text).substr(from, size));
      EXPECT_EQ(stretches.stands_in(number, {from, from + size}), is_there)
          << text << " " << from << " " << size << " " << number;
      (is_there ? found : missed) += 1;
    }
  }
  EXPECT_GT(found, 1000U);
  EXPECT_GT(missed, 1000U);
}

TEST(Stretches, ReadATextOnceWhateverIsAsked) {
  RunSets sets;
  const std::vector<Stretch> list = {{sets.number_of(ByteSet().set('a')), 40}};
  for (const size_t run : {1U, 39U, 40U, 41U, 1000U}) {
    std::string text;
    while (text.size() < 20000) text += std::string(run, 'a') + "-";
    Stretches stretches(list, sets);
    stretches.begin(text);

    for (size_t from = 0; from + 500 <= text.size(); ++from) {
      static_cast<void>(stretches.stands_in(0, {from, from + 500}));
    }

    EXPECT_LE(stretches.steps(), 3 * text.size()) << run;
  }
}

}  // namespace
}  // namespace faultline::redaction::testing

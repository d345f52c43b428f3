// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// What stands in for RE2 behind nearly every anchor: it finds the same, and its work is bounded
// whatever the text.
#include "redaction/outline.h"

#include "redaction/classes.h"
#include "redaction/outlines.h"
#include "redaction/patterns.h"
#include "redaction/sampler.h"
#include "redaction/scanner.h"
#include "tests/unit/redaction/redaction_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace faultline::redaction::testing {
namespace {

// `whole` of the match at the beginning of the text, `whole (group)` when they differ.
std::string matched(std::string_view pattern, std::string_view text) {
  RunSets sets;
  const Outline outline(parse_expression(pattern), sets, {}, 3);
  Runs runs(sets);
  runs.begin(text);
  Range whole;
  Range value;
  switch (outline.match(runs, {0, text.size()}, whole, value)) {
    case Outline::Answer::None:
      return "none";
    case Outline::Answer::Ask:
      return "ask";
    case Outline::Answer::Match:
      break;
  }
  std::string out(text.substr(whole.begin, whole.size()));
  if (value.begin != whole.begin || value.end != whole.end) {
    out += " (" + std::string(text.substr(value.begin, value.size())) + ")";
  }
  return out;
}

TEST(Outline, ReadsLiteralsRunsAndGroups) {
  EXPECT_EQ(matched("ab[0-9]{2}", "ab12x"), "ab12");
  EXPECT_EQ(matched("ab[0-9]{2}", "ab1x"), "none");
  EXPECT_EQ(matched("ab[0-9]{2,}", "ab12345x"), "ab12345");
  EXPECT_EQ(matched("ab[0-9]{2,3}", "ab12345x"), "ab123");
  EXPECT_EQ(matched("key=([a-z]{3,})", "key=secret;"), "key=secret (secret)");
  EXPECT_EQ(matched("a=([0-9]*)b", "a=b"), "a=b");  // an empty group is none
  EXPECT_EQ(matched(R"([a-z]+\.[a-z]+(?:\.[a-z]+)?)", "ab.cd.ef.gh"), "ab.cd.ef");
  EXPECT_EQ(matched(R"([a-z]+\.[a-z]+(?:\.[a-z]+)?)", "ab.cd."), "ab.cd");
}

// What comes first in the expression comes first, not what is longest.
TEST(Outline, PrefersWhatABacktrackingSearchWouldTryFirst) {
  EXPECT_EQ(matched("a|ab", "ab"), "a");
  EXPECT_EQ(matched("(?:ab|a)(?:c|bcd)", "abcd"), "abc");
  EXPECT_EQ(matched("(?:[0-9]{2})?[0-9]{4}", "123456"), "123456");
  EXPECT_EQ(matched("(?:[0-9]{2})?[0-9]{4}", "12345"), "1234");
  EXPECT_EQ(matched("[0-9]{1,2}[.]?[0-9]{3}", "1.234"), "1.234");
  EXPECT_EQ(matched("[0-9]{1,2}[.]?[0-9]{3}", "1234"), "1234");
  EXPECT_EQ(matched("[0-9]{1,2}[0-9]?x", "12x"), "12x");
  EXPECT_EQ(matched("x{1,2}(?:xb|c)", "xxc"), "xxc");
  EXPECT_EQ(matched("x{1,2}(?:xb|b)", "xxb"), "xxb");
  EXPECT_EQ(matched("(?:-[0-9]{1,2}){1,3}", "-1-23-4-5"), "-1-23-4");
  EXPECT_EQ(matched("(?:ab|a){1,2}", "aab"), "aab");
}

TEST(Outline, LeavesToRe2WhatRunsDoNotSay) {
  EXPECT_EQ(matched("ab[^c]*?de", "ab..."), "ask");
  EXPECT_EQ(matched("ab[^c]*?de", "ax..."), "none");
  EXPECT_EQ(matched("/[a-z0-9]{0,40}[0-9][a-z]{4}", "/abc1defg"), "ask");
  EXPECT_EQ(matched("/[a-z0-9]{0,40}[0-9][a-z]{4}", "/abc1/abcdefg"), "none");
  EXPECT_EQ(matched("[a-z0-9]{3,}[0-9]", "ab-1"), "none");
  EXPECT_EQ(matched("a(?:bc|d)*e", "abce"), "ask");
}

TEST(Outline, SeesNothingBehindItsWindow) {
  RunSets sets;
  const Outline outline(parse_expression("ab[0-9]{2,}"), sets, {}, 4);
  Runs runs(sets);
  runs.begin("ab12345");
  Range whole;
  Range value;
  EXPECT_EQ(outline.match(runs, {0, 5}, whole, value), Outline::Answer::Match);
  EXPECT_EQ(whole.end, 5U);
  EXPECT_EQ(outline.match(runs, {0, 3}, whole, value), Outline::Answer::None);
  EXPECT_EQ(outline.match(runs, {0, 7}, whole, value), Outline::Answer::Match);
  EXPECT_EQ(whole.end, 7U);
}

// `none`, or where a match at the beginning ends, if there is one.
std::string sure_end(std::string_view pattern, std::string_view text) {
  RunSets sets;
  const Outline outline(parse_expression(pattern), sets, {}, 4);
  Runs runs(sets);
  runs.begin(text);
  const auto end = outline.sure_end(runs, {0, text.size()});
  return end ? std::to_string(*end) : "none";
}

TEST(Outline, KnowsWhereAMatchEndsThatTakesAllItMay) {
  EXPECT_EQ(sure_end("[ab]{2}Q[0-9]{3,5}", "abQ1234567"), "8");
  EXPECT_EQ(sure_end("[ab]{2}Q[0-9]{3,5}", "abX1234567"), "8");  // there is none
  EXPECT_EQ(sure_end("[ab]{2}Q[0-9]{3,5}", "abQ1234x"), "none");
  EXPECT_EQ(sure_end("[ab]{2}Q[0-9]{3,5}", "abQ1234"), "none");
  EXPECT_EQ(sure_end("Q([0-9]{3,5})", "Q1234567"), "6");
  EXPECT_EQ(sure_end("Q[0-9]{3,5}x", "Q12345x"), "none");
  EXPECT_EQ(sure_end("Q[0-9]{3,}", "Q12345"), "none");
  EXPECT_EQ(sure_end("(?:Q|R)[0-9]{3,5}", "Q123456"), "none");  // two ways
}

TEST(Outline, SaysNearlyEveryRowOfTheTable) {
  const auto& outlines = Outlines::instance();
  std::vector<std::string> asked;
  for (size_t row = 0; row < kPatterns.size(); ++row) {
    if (!outlines.patterns[row].is_exact()) asked.emplace_back(kPatterns[row].anchors);
  }
  for (size_t row = 0; row < kContexts.size(); ++row) {
    if (!outlines.contexts[row].is_exact()) asked.emplace_back(kContexts[row].words);
  }
  EXPECT_EQ(asked.size(), 7U) << ::testing::PrintToString(asked);
}

TEST(Runs, AreReadOnceForEachSet) {
  RunSets sets;
  const size_t letters = sets.number_of(ByteSet().set('a').set('b'));
  const std::string text = std::string(1000, 'a') + "." + std::string(1000, 'b');
  Runs runs(sets);
  runs.begin(text);

  for (size_t at = 0; at < text.size(); ++at) {
    const size_t left = at <= 1000 ? 1000 - at : text.size() - at;
    const size_t most = std::min<size_t>(500, text.size() - at);
    EXPECT_EQ(runs.length(letters, at, most), std::min(left, most)) << at;
  }

  EXPECT_LE(runs.steps(), 3 * text.size());
  // Asked in any order the answers are the same.
  EXPECT_EQ(runs.length(letters, 10, 100), 100U);
  EXPECT_EQ(runs.length(letters, 1001, 900), 900U);
  EXPECT_EQ(runs.length(letters, 900, 600), 100U);
  runs.begin(std::string_view(text).substr(995));
  EXPECT_EQ(runs.length(letters, 0, 500), 5U);
}

// A value, a byte of it changed, its end missing, something in front of it.
std::string mutated(Dice& dice, std::string value) {
  constexpr std::string_view kBytes = "aZ09-_./+=$ \t\r\n<>:~^\"\\";
  for (uint64_t changes = dice.below(3); changes > 0 && !value.empty(); --changes) {
    value[dice.below(value.size())] = kBytes[dice.below(kBytes.size())];
  }
  if (dice.below(4) == 0) value.resize(dice.below(value.size() + 1));
  return value;
}

using FindKey = std::optional<std::tuple<size_t, size_t, ClassId>>;

FindKey key_of(const std::optional<PatternFind>& find) {
  if (!find) return std::nullopt;
  return std::tuple{find->range.begin, find->range.end, find->class_id};
}

TEST(Outline, FindsInEveryRowWhatRe2Finds) {
  PatternSet fast(true);
  PatternSet slow(true);
  slow.ask_everywhere();
  Dice dice(seed_of_the_day());
  size_t found = 0;
  size_t refused = 0;
  const auto compare = [&](const FindKey& with, const FindKey& without, const std::string& text) {
    EXPECT_EQ(with, without) << text;
    (without ? found : refused) += 1;
  };
  const auto begin = [&](const std::string& text) {
    fast.begin(text);
    slow.begin(text);
  };
  for (int round = 0; round < 60; ++round) {
    for (size_t row = 0; row < kPatterns.size(); ++row) {
      const std::string text =
          "," + mutated(dice, sample_of(kPatterns[row].pattern, dice.below(1000000))) + " x";
      const size_t at = 1 + kPatterns[row].offset;
      begin(text);
      compare(key_of(fast.find_pattern(row, at)), key_of(slow.find_pattern(row, at)), text);
    }
    for (size_t row = 0; row < kContexts.size(); ++row) {
      const std::string text =
          " is " + mutated(dice, sample_of(kContexts[row].pattern, dice.below(1000000))) + " x";
      begin(text);
      compare(key_of(fast.find_context(row, 0)), key_of(slow.find_context(row, 0)), text);
    }
  }
  // Both kinds were met.
  EXPECT_GT(found, 500U);
  EXPECT_GT(refused, 500U);
}

// Everything that leads somewhere, over and over, with and without a mark between, with a value
// begun, with the last byte wrong.
std::vector<std::string> hostile_units() {
  std::vector<std::string> words;
  const auto add = [&](std::string_view word) { words.emplace_back(word); };
  for (const auto& row : kPatterns) for_each_part(row.anchors, add);
  for (const auto& row : kContexts) for_each_part(row.words, add);
  std::vector<std::string> units;
  for (const auto& word : words) {
    std::string wrong = word;
    wrong.back() = static_cast<char>(wrong.back() ^ 1);
    for (const std::string_view mark : {"", " ", "-", "."}) {
      for (const auto& unit : {word, word + "a1", wrong}) units.push_back(unit + std::string(mark));
    }
  }
  return units;
}

// Counted, not timed: what anchors without values cost is so much for each byte and no more. RE2
// alone, asked at each of them, reads up to 500 bytes of each text for every three.
TEST(Outline, WorkIsBoundedWhateverIsRepeated) {
  constexpr size_t kBytes = 6000;
  NameCache names;
  Scan scan;
  for (const auto& unit : hostile_units()) {
    std::string text;
    while (text.size() < kBytes) text += unit;
    PatternSet patterns;
    scan_text(text, names, patterns, scan);

    const auto work = patterns.work();
    EXPECT_LE(work.asked, kBytes / 60 + 4) << unit;
    EXPECT_LE(work.walked, kBytes / 2) << unit;
    EXPECT_LE(work.checked, kBytes / 20 + 4) << unit;
    EXPECT_LE(work.steps, kBytes * 12) << unit;
  }
}

}  // namespace
}  // namespace faultline::redaction::testing

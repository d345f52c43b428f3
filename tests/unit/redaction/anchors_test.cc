// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/anchors/anchor_list.h"
#include "redaction/anchors/block.h"
#include "redaction/block_reader.h"
#include "redaction/range.h"
#include "redaction/scanner.h"
#include "tests/unit/redaction/redaction_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <string>
#include <vector>

namespace faultline::redaction::anchors {
namespace {

using redaction::testing::Dice;

std::vector<BlockMasks> masks_of(Classify classify, std::string_view text) {
  std::vector<BlockMasks> out;
  for_each_block(text, classify, [&](size_t /*at*/, const BlockMasks& masks) {
    out.push_back(masks);
    return true;
  });
  return out;
}

// Bytes that are likely to meet: pieces of anchors, their neighbours by a nibble, digits and marks.
std::string hostile_text(Dice& dice, size_t length) {
  const auto& all = AnchorList::instance().all();
  std::string text;
  while (text.size() < length) {
    switch (dice.below(4)) {
      case 0: {
        std::string anchor(all[dice.below(all.size())].text);
        if (dice.below(2) == 0) anchor[dice.below(anchor.size())] ^= static_cast<char>(0x10);
        text += anchor;
        break;
      }
      case 1:
        text += dice.text("0123456789 -.:=>%\\+@/_\"", 1 + dice.below(30));
        break;
      case 2:
        text += static_cast<char>(dice.below(256));
        break;
      default:
        text += dice.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
                          1 + dice.below(40));
    }
  }
  text.resize(length);
  return text;
}

TEST(Anchors, EveryInstructionSetGivesTheMasksOfTheScalarTwin) {
  Dice dice(41);
  for (size_t round = 0; round < 400; ++round) {
    const std::string text = hostile_text(dice, 1 + dice.below(400));
    const auto want = masks_of(classify_scalar, text);
    for (const auto set : kInstructionSets) {
      const Classify classify = classifier(set);
      if (classify == nullptr) continue;
      EXPECT_EQ(masks_of(classify, text), want) << instruction_set_name(set) << ": " << text;
    }
  }
}

TEST(Anchors, MasksSayWhatTheBytesAre) {
  std::string text;
  for (unsigned byte = 0; byte < 256; ++byte) text += static_cast<char>(byte);
  const auto masks = masks_of(best_classifier(), text);
  ASSERT_EQ(masks.size(), 4U);
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto bit = [&](uint64_t BlockMasks::* mask) {
      return (masks[i / 64].*mask >> (i % 64) & 1U) != 0;
    };
    SCOPED_TRACE(i);
    EXPECT_EQ(bit(&BlockMasks::word), is_alnum(c));
    EXPECT_EQ(bit(&BlockMasks::digit), c >= '0' && c <= '9');
    EXPECT_EQ(bit(&BlockMasks::upper), c >= 'A' && c <= 'Z');
    EXPECT_EQ(bit(&BlockMasks::run),
              is_alnum(c) || std::string_view("+/-_").find(c) != std::string_view::npos);
    EXPECT_EQ(bit(&BlockMasks::mark),
              std::string_view("@:=>%\\+").find(c) != std::string_view::npos);
  }
}

TEST(Anchors, NoAnchorIsMissedWhereverItStands) {
  for (const auto& anchor : AnchorList::instance().all()) {
    std::string spelled(anchor.text);
    std::replace(spelled.begin(), spelled.end(), '-', anchor.kind == Kind::Context ? ' ' : '-');
    for (const size_t before : {0U, 1U, 61U, 62U, 63U, 64U, 126U, 2000U}) {
      const std::string text = std::string(before, '.') + spelled + " x";
      const auto masks = masks_of(best_classifier(), text);
      const BlockMasks& block = masks[before / 64];
      const uint64_t found = begins_word(anchor) ? block.word_anchor : block.any_anchor;
      EXPECT_TRUE((found >> (before % 64) & 1U) != 0) << spelled << " at " << before;
      EXPECT_TRUE(AnchorList::instance().at(text, before, [&](const Anchor& a, size_t) {
        return &a == &anchor;
      })) << spelled;
    }
  }
}

TEST(Anchors, FewPlacesOfOrdinaryTextAreCandidates) {
  std::string text;
  Dice dice(5);
  while (text.size() < 200000) {
    text += R"({"id":)" + std::to_string(dice.below(100000)) +
            R"(,"title":"A chair of beech wood",)" +
            R"("tags":["home","garden"],"created":"2026-02-03T10:00:00Z","price":19.5},)" + "\n";
  }
  const auto masks = masks_of(best_classifier(), text);
  size_t candidates = 0;
  BlockCombiner combiner;
  for (const auto& block : masks) {
    candidates += static_cast<size_t>(std::popcount(combiner.next(block).anchors));
  }
  EXPECT_LT(candidates, text.size() / 12) << candidates << " in " << text.size();
}

// --- the fast answer ---

bool clean(const std::string& text) {
  NameCache names;
  PatternSet patterns;
  return is_clean(text, names, patterns);
}

TEST(Clean, OrdinaryBodiesAreClean) {
  const std::string texts[] = {
      R"({"id":"ord_1042","state":"paid","qty":2,"price":9.99,"tags":["a","b"],"none":null})",
      R"([{"name":"colour","value":"red","at":"2026-02-03T10:00:00Z"},{"big":9007199254740993}])",
      R"({"text":"line one\nline two\ttab \"quoted\" and a \\ backslash","n":1.25e-7})",
      "GET /orders/1042/items?page=2&sort=-created HTTP/1.1\r\nHost: shop.example\r\n",
      R"({"sha":"2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"})",
      R"({"uuid":"550e8400-e29b-41d4-a716-446655440000"})",
  };
  for (const auto& text : texts) EXPECT_TRUE(clean(text)) << text;
}

TEST(Clean, WhateverEscapesMayHideIsADoubt) {
  const std::string texts[] = {
      R"({"a":"\u0041"})",
      R"({"a":"x\/y"})",
      R"({"a":"%41"})",
      R"({"pass word":"x"})",
      R"({"a":"\npassword: zebra"})",
      R"({"a":"\nAKIAIOSFODNN7EXAMPLE"})",
      R"({"a":"\n4111 1111 1111 1111"})",
      R"({"a":"\n+14155550123"})",
      R"({"a":"{\"password\":\"zebra\"}"})",
      R"({"a":"{\"name\":\"password\",\"value\":\"zebra\"}"})",
      R"({"name" : "password","value":"zebra"})",
      R"({"n":4.111111111111111e15})",
      R"({"n":4111111111111111.0})",
      R"({"a":"see \"jo zebra\"@example.org"})",
      R"({"blob":"bWFpbCBhbGljZUBleGFtcGxlLmNvbSBlbmQ="})",
      R"(<a><password>zebra</password></a>)",
  };
  for (const auto& text : texts) EXPECT_FALSE(clean(text)) << text;
}

// The engine, kept busy by a canary in the same document, must leave a clean text as it is.
TEST(Clean, TheEngineFindsNothingInWhatIsClean) {
  Dice dice(redaction::testing::seed_of_the_day());
  const std::vector<std::string> pieces = {
      "\"",    "{",      "}",     "[",   "]",    ":",      ",",   "\\n",   "\\",     "\\\"",
      "1",     "4111",   " ",     "-",   "1111", "name",   "key", "value", "e15",    ".",
      "AKIA",  "BEGIN ", "-----", "ssn", "is",   "123456", "@",   "a.co",  "bearer", "eyJ",
      "phone", "pass",   "word",  "=",   "<",    ">",      "+1",  "DE89",  "YWxp",   "Y2VA"};
  const auto redactor = redaction::testing::make_redactor();
  size_t cleans = 0;
  for (size_t round = 0; round < 20000; ++round) {
    std::string text;
    for (size_t i = 1 + dice.below(12); i > 0; --i) text += dice.pick(pieces);
    if (!clean(text)) continue;
    ++cleans;
    const std::string out = redactor->redact_text("fl-canary-0000\n" + text).view();
    ASSERT_EQ(out.substr(out.find('\n') + 1), text);
    if (!redaction::testing::is_valid_json(text)) continue;
    const std::string json = redactor->redact_text("[\"fl-canary-0000\"," + text + "]").view();
    ASSERT_EQ(json.substr(json.find(',') + 1), text + "]");
  }
  EXPECT_GT(cleans, 1000U);
}

}  // namespace
}  // namespace faultline::redaction::anchors

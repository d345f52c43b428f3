// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/key_ledger.h"

#include "proxy/json/exact_parser.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace faultline::json {
namespace {

std::string object_of(size_t members) {
  std::string text = "{";
  for (size_t i = 0; i < members; ++i) text += "\"member number " + std::to_string(i) + "\":0,";
  return text + "\"last member\":0}";
}

TEST(JsonKeyLedger, FindsRepeatsInObjectsOfEverySize) {
  for (const size_t members : {1U, 2U, 7U, 8U, 9U, 16U, 100U, 5000U, 20000U}) {
    for (const size_t repeated : {size_t{0}, members / 2, members - 1}) {
      std::string text = object_of(members);
      const auto none = Document::parse(text);
      ASSERT_TRUE(none);
      EXPECT_TRUE(none->duplicate_keys().empty()) << members;

      text.back() = ',';
      const auto place = static_cast<uint32_t>(text.size());
      text += "\"member number " + std::to_string(repeated) + "\":1}";
      const auto one = Document::parse(text);
      ASSERT_TRUE(one);
      ASSERT_EQ(one->duplicate_keys().size(), 1U) << members << " " << repeated;
      EXPECT_EQ(one->duplicate_keys()[0].offset, place);
    }
  }
}

TEST(JsonKeyLedger, IsNotFooledByNamesOfOneHash) {
  // As if somebody had found names that collide: all hashes of the tape are made the same.
  std::string text = object_of(20000);
  text.insert(1, "\"last member\":1,");
  KeyLedger ledger;
  Tape tape;
  tape.source = text;
  ASSERT_FALSE(parse_exact(text, 1, ledger, tape));
  ASSERT_EQ(tape.duplicate_keys.size(), 1U);
  const SourceSpan repeat = tape.duplicate_keys[0];
  for (size_t key = 1; key < tape.nodes.size(); key += 2) tape.nodes[key].word = ~uint64_t{0};

  tape.duplicate_keys.clear();
  const std::vector<uint64_t> hashes(200, ~uint64_t{0});
  EXPECT_TRUE(ledger.may_repeat(hashes.data(), hashes.size()));
  ledger.report_repeats(tape, 0);

  ASSERT_EQ(tape.duplicate_keys.size(), 1U);
  EXPECT_EQ(tape.duplicate_keys[0].offset, repeat.offset);
}

TEST(JsonKeyLedger, GivesUpOnHashesThatCrowdOneSlot) {
  // Different hashes, but all of one slot: the table would take n^2 steps.
  std::vector<uint64_t> hashes;
  for (uint64_t hash = uint64_t{1} << 63U; hashes.size() < 100; ++hash) {
    if ((spread_hash(hash) & 1023U) == 0) hashes.push_back(hash);
  }
  KeyLedger ledger;

  EXPECT_TRUE(ledger.may_repeat(hashes.data(), hashes.size()));
  EXPECT_FALSE(ledger.may_repeat(hashes.data(), 20));
}

}  // namespace
}  // namespace faultline::json

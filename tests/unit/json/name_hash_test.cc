// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/name_hash.h"

#include "proxy/json/tape.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace faultline::json {
namespace {

TEST(JsonNameHash, DependsOnEveryByteOfAName) {
  for (size_t length = 1; length < 60; ++length) {
    std::string name(length, 'a');
    const uint64_t before = hash_name(name);
    for (size_t i = 0; i < length; ++i) {
      name[i] = 'b';
      EXPECT_NE(hash_name(name), before) << length << " " << i;
      name[i] = 'a';
    }
  }
}

TEST(JsonNameHash, SpellsOutShortNames) {
  // All names of up to two bytes, and every length filled with one byte, zero bytes included.
  std::set<uint64_t> hashes;
  size_t names = 0;
  const auto add = [&](const std::string& name) {
    const uint64_t hash = hash_name(name);
    EXPECT_EQ(is_exact_hash(hash), name.size() <= kExactNameBytes) << name;
    EXPECT_TRUE(hashes.insert(hash).second) << name.size() << " " << name;
    ++names;
  };
  add("");
  for (int a = 0; a < 256; ++a) {
    add(std::string(1, static_cast<char>(a)));
    for (int b = 0; b < 256; ++b) add({static_cast<char>(a), static_cast<char>(b)});
    for (size_t length = 3; length < 40; ++length) add(std::string(length, static_cast<char>(a)));
  }
  EXPECT_EQ(hashes.size(), names);
}

TEST(JsonNameHash, SpreadsNamesThatDifferInOneByte) {
  // Shorter names differ in one byte of the word; a table of 256 slots must still be filled well.
  for (const size_t length : {size_t{1}, size_t{3}, size_t{7}, size_t{12}, size_t{30}}) {
    for (size_t at = 0; at < length; ++at) {
      std::set<uint64_t> slots;
      for (int c = 0; c < 128; ++c) {
        std::string name(length, 'x');
        name[at] = static_cast<char>(c);
        slots.insert(spread_hash(hash_name(name)) & 255U);
      }
      EXPECT_GT(slots.size(), 70U) << length << " " << at;  // by chance it would be about 101
    }
  }
}

TEST(JsonNameHash, StandsBesideEveryMember) {
  const std::string text =
      R"({"":0,"id":1,"\u0069d":2,"a name of some length":3,"\u0061 long name":4})";
  const auto document = Document::parse(text);

  ASSERT_TRUE(document);
  size_t members = 0;
  for (const Member& member : document->root().members()) {
    EXPECT_EQ(member.name_hash(), hash_name(member.name())) << member.name();
    ++members;
  }
  EXPECT_EQ(members, 5U);
}

}  // namespace
}  // namespace faultline::json

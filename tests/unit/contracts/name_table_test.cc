// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/name_table.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace faultline::contracts::json_schema {
namespace {

/// Tables of few names, of as many as 16 bits count, and of more.
TEST(NameTable, FindsEveryNameAndNoOther) {
  for (const size_t count : {0U, 1U, 4U, 5U, 100U, 65'534U, 65'535U, 70'000U}) {
    SCOPED_TRACE(count);
    std::vector<std::string> texts;
    texts.reserve(count);
    for (size_t i = 0; i < count; ++i) texts.push_back("property-" + std::to_string(i));
    std::vector<KnownName> names(count);
    for (size_t i = 0; i < count; ++i) names[i].name = texts[i];
    NameTable table;
    table.build(std::move(names));

    size_t found = 0;
    for (size_t i = 0; i < count; ++i) {
      const KnownName* known = table.find(texts[i], json::hash_name(texts[i]));
      found += known == table.names().begin() + i ? 1 : 0;
    }
    EXPECT_EQ(found, count);
    for (const std::string_view other : {"", "id", "property-", "property-70000"}) {
      EXPECT_EQ(table.find(other, json::hash_name(other)), nullptr) << other;
    }
  }
}

TEST(NameTable, FindsKeysInAnyOrder) {
  const auto document = json::Document::parse(R"({"b":1,"a":2,"c":3,"x":4,"identifier":5,"a":6})");
  ASSERT_TRUE(document);
  std::vector<KnownName> names(4);
  names[0].name = "a";
  names[1].name = "b";
  names[2].name = "c";
  names[3].name = "identifier";
  NameTable table;
  table.build(std::move(names));

  std::vector<std::string_view> found;
  const KnownName* next = table.names().begin();
  for (const json::Member& member : document->root().members()) {
    const KnownName* known = table.find(member.key, next);
    found.push_back(known == nullptr ? "-" : known->name);
    if (known != nullptr) next = known + 1;
  }
  EXPECT_EQ(found, (std::vector<std::string_view>{"b", "a", "c", "-", "identifier", "a"}));
}

TEST(CompactList, HoldsWhatItIsGiven) {
  CompactList<std::string> list;
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.bytes(), 0U);
  list.push_back("one");
  list = std::vector<std::string>{"a long text that has memory of its own", "b"};
  list.push_back("c");
  const CompactList<std::string> other = std::move(list);

  ASSERT_EQ(other.size(), 3U);
  EXPECT_EQ(other[0], "a long text that has memory of its own");
  EXPECT_EQ(std::vector<std::string>(other.begin() + 1, other.end()),
            (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(sizeof other, sizeof(void*));
}

}  // namespace
}  // namespace faultline::contracts::json_schema

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/describe.h"

#include "proxy/json/tape.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::contracts::json_schema {
namespace {

std::string actual_of(const std::string& text) {
  const std::string json = '"' + text + '"';
  const auto document = json::Document::parse(json);
  return document ? describe_actual(document->root()) : "not JSON";
}

TEST(Describe, SaysOfATextOnlyTheClassOfItsLength) {
  const std::vector<std::pair<size_t, std::string_view>> cases = {
      {0, "0"},      {1, "1-8"},      {8, "1-8"},      {9, "9-16"},     {16, "9-16"},
      {17, "17-32"}, {100, "65-128"}, {128, "65-128"}, {129, "129-256"}};
  for (const auto& [length, want] : cases) {
    EXPECT_EQ(actual_of(std::string(length, 'x')),
              R"({"type":"string","length":")" + std::string(want) + R"("})")
        << length;
  }
}

TEST(Describe, CountsCodePoints) {
  EXPECT_EQ(actual_of("\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4"),
            R"({"type":"string","length":"1-8"})");
}

}  // namespace
}  // namespace faultline::contracts::json_schema

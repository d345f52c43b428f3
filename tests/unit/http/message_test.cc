// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/http/message.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace faultline::http {
namespace {

std::string text_of(const Fields& fields) {
  std::string text;
  for (const Field& field : fields.all()) {
    text += std::string(field.name) + "=" + std::string(field.value) + ";";
  }
  return text;
}

TEST(Fields, KeepOrderCaseAndDuplicates) {
  Fields fields;
  fields.append_borrowed("X-b", "1");
  fields.append_borrowed("x-A", "2");
  fields.append("X-B", "3");

  EXPECT_EQ(text_of(fields), "X-b=1;x-A=2;X-B=3;");
  EXPECT_EQ(fields.count("x-b"), 2U);
  EXPECT_EQ(fields.find("X-B")->value, "1");
  EXPECT_EQ(fields.find("X-C"), nullptr);
}

TEST(Fields, SetReplacesTheFirstInPlaceOrAppends) {
  Fields fields;
  fields.append_borrowed("A", "1");
  fields.append_borrowed("B", "2");

  fields.set("a", "new");
  fields.set("C", "3");

  EXPECT_EQ(text_of(fields), "A=new;B=2;C=3;");
}

TEST(Fields, RemoveDropsEveryFieldOfTheNameAndCountsThem) {
  Fields fields;
  for (const char* name : {"A", "b", "a", "C", "A"}) fields.append_borrowed(name, "v");

  EXPECT_EQ(fields.remove("a"), 3U);
  EXPECT_EQ(fields.remove("a"), 0U);
  EXPECT_EQ(text_of(fields), "b=v;C=v;");
}

TEST(Fields, TextsAddedHereCannotSplitAMessage) {
  Fields fields;
  fields.append("X\r\nY", std::string_view("a\r\nSet-Cookie: b\0c", 18));
  fields.set("Z", "1\n2");

  EXPECT_EQ(text_of(fields), "X  Y=a  Set-Cookie: b c;Z=1 2;");
}

TEST(Fields, ManyFieldsSurviveGrowthMoveAndShrinking) {
  Fields fields;
  std::string wanted;
  for (int i = 0; i < 60; ++i) {
    const std::string name = i % 2 == 0 ? "even" : "odd";
    fields.append(name, std::to_string(i));
    wanted += name + "=" + std::to_string(i) + ";";
  }

  Fields moved = std::move(fields);
  EXPECT_EQ(text_of(moved), wanted);
  EXPECT_EQ(fields.size(), 0U);  // NOLINT(bugprone-use-after-move): moved-from is empty
  fields.append_borrowed("again", "1");
  EXPECT_EQ(text_of(fields), "again=1;");

  EXPECT_EQ(moved.remove("odd"), 30U);
  EXPECT_EQ(moved.size(), 30U);
  moved.set("even", "first");
  EXPECT_EQ(moved.all().front().value, "first");
  EXPECT_EQ(moved.remove("even"), 30U);
  EXPECT_TRUE(moved.empty());
}

TEST(Fields, ShrinkingBelowTheInlineCapacityKeepsTheRest) {
  Fields fields;
  for (int i = 0; i < 30; ++i) fields.append(i < 10 ? "drop" : "keep", std::to_string(i));

  fields.remove("drop");
  fields.append_borrowed("last", "v");
  Fields moved;
  moved.append_borrowed("gone", "x");
  moved = std::move(fields);

  EXPECT_EQ(moved.size(), 21U);
  EXPECT_EQ(moved.all().front().value, "10");
  EXPECT_EQ(moved.all().back().name, "last");
  EXPECT_EQ(moved.find("gone"), nullptr);
}

TEST(Fields, ClearLeavesAnEmptyUsableList) {
  Fields fields;
  for (int i = 0; i < 40; ++i) fields.append("n", "v");

  fields.clear();
  fields.append_borrowed("a", "b");

  EXPECT_EQ(text_of(fields), "a=b;");
}

}  // namespace
}  // namespace faultline::http

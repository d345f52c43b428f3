// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/schema.h"

#include "proxy/json/tape.h"
#include "tests/unit/rules/load_support.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace faultline::rules {
namespace {

TEST(FieldTable, DocumentsEveryKeyAndNamesOnlyKnownObjects) {
  std::set<std::string_view> objects;
  for (const auto& info : object_table()) objects.insert(info.name);
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const auto& field : field_table()) {
    SCOPED_TRACE(fmt::format("{}.{}", field.object, field.key));
    EXPECT_TRUE(seen.emplace(field.object, field.key).second);
    EXPECT_TRUE(objects.contains(field.object));
    EXPECT_TRUE(field.doc.size() > 5 && field.doc.back() == '.');
    const bool is_container = field.type == FieldType::Object || field.type == FieldType::Objects;
    if (is_container) {
      EXPECT_TRUE(objects.contains(field.of));
    }
    EXPECT_EQ(field.example.empty(), is_container);
  }
  for (const auto name : objects) EXPECT_FALSE(fields_of(name).empty()) << name;
}

TEST(JsonSchema, IsTheCheckedInFile) {
  expect_golden("rules/schema/faultline.schema.json", config_json_schema());
}

TEST(JsonSchema, KnowsEveryKeyAndResolvesEveryReference) {
  const auto text = config_json_schema();
  const auto document = json::Document::parse(text);
  ASSERT_TRUE(document.has_value());
  const auto root = document->root();
  EXPECT_EQ(root.find("$schema")->string(), "http://json-schema.org/draft-07/schema#");
  const auto definitions = *root.find("definitions");
  for (const auto& field : field_table()) {
    SCOPED_TRACE(fmt::format("{}.{}", field.object, field.key));
    const auto owner = field.object.empty() ? root : *definitions.find(field.object);
    ASSERT_TRUE(owner.find("properties")->find(field.key).has_value());
    EXPECT_FALSE(owner.find("additionalProperties")->boolean());
    bool is_required = false;
    if (const auto required = owner.find("required")) {
      for (const auto name : required->elements()) is_required |= name.string() == field.key;
    }
    EXPECT_EQ(is_required, field.required);
  }
  constexpr std::string_view kReference = "\"$ref\": \"#/definitions/";
  for (size_t at = text.find(kReference); at != std::string::npos;
       at = text.find(kReference, at + 1)) {
    const size_t start = at + kReference.size();
    const auto name = text.substr(start, text.find('"', start) - start);
    EXPECT_TRUE(definitions.find(name).has_value()) << name;
  }
}

TEST(ConfigTemplate, LoadsAndShowsEveryKey) {
  const auto text = config_template();
  const auto config = load_good(text);

  EXPECT_EQ(config->rules.size(), 1U);
  for (const auto& field : field_table()) {
    SCOPED_TRACE(fmt::format("{}.{}", field.object, field.key));
    const bool is_shown = text.find(fmt::format(" {}:", field.key)) != std::string::npos ||
                          text.find(fmt::format("\n{}:", field.key)) != std::string::npos;
    EXPECT_TRUE(is_shown);
    EXPECT_NE(text.find(std::string(field.doc)), std::string::npos);
  }
  EXPECT_EQ(text.find('\t'), std::string::npos);
}

// What the template shows as a comment is valid too: its scenario, taken out of the comment, loads.
TEST(ConfigTemplate, ShowsExamplesThatLoad) {
  const auto text = config_template();
  const size_t start = text.find("# scenario:");
  ASSERT_NE(start, std::string::npos);
  std::string changed = text.substr(0, start);
  size_t at = start;
  while (text[at] == '#') {
    const size_t end = text.find('\n', at);
    changed += text.substr(at + 2, end - at - 1);
    at = end + 1;
  }
  changed += text.substr(at);

  const auto config = load_good(changed);
  ASSERT_EQ(config->phases.size(), 1U);
  EXPECT_EQ(config->phases[0].rules, (std::vector<std::string>{"slow-cart"}));
}

}  // namespace
}  // namespace faultline::rules

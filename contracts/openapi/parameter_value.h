// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/schema.h"
#include "contracts/openapi/deep_object.h"
#include "contracts/openapi/model.h"
#include "contracts/openapi/parameter_style.h"
#include "proxy/json/tape.h"
#include "proxy/json/tree_builder.h"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::contracts::openapi {

/// One `name=value` of a query, a form or a cookie.
struct Pair {
  std::string name;      // percent-decoded
  std::string_view raw;  // as it stands; "" without '='
};

/// Of a query or a form: `+` is a space.
[[nodiscard]] std::vector<Pair> parse_pairs(std::string_view text);
[[nodiscard]] std::vector<Pair> parse_cookies(std::string_view header);
/// The pairs of one name together, decoded, in the order of their first.
[[nodiscard]] std::vector<NamedTexts> group_pairs(const std::vector<const Pair*>& pairs,
                                                  const Parameter& parameter);

/// The types of value that one text can stand for. Null is left out: where it is possible besides,
/// a list or an object is still what is meant.
inline constexpr json_schema::TypeMask kTextTypes =
    json_schema::types::kNumber | json_schema::types::kBoolean | json_schema::types::kString;
[[nodiscard]] constexpr bool is_list_only(json_schema::TypeMask mask) noexcept {
  return (mask & json_schema::types::kArray) != 0 && (mask & kTextTypes) == 0;
}
[[nodiscard]] constexpr bool is_object_only(json_schema::TypeMask mask) noexcept {
  return (mask & json_schema::types::kObject) != 0 &&
         (mask & (kTextTypes | json_schema::types::kArray)) == 0;
}

/// A value of another document, into one that is being built.
void append_copy(json::TreeBuilder& builder, json::Value value);

/// Reads texts as the JSON their schema describes. A text is a number, a boolean or null only in
/// exactly JSON's spelling and where the schema allows that type; of several readings the first
/// counts that the schema accepts.
class TextReader {
 public:
  /// `builder` is empty, and used for one document at a time.
  TextReader(const json_schema::Program& program, json::TreeBuilder& builder)
      : program_(program), builder_(builder) {}

  [[nodiscard]] json::Document scalar(std::string_view text, SchemaId schema) const;
  /// Takes back what scalar() gave: most parameters are scalars, and then cost no memory.
  void recycle(json::Document document) const { builder_.recycle(std::move(document)); }
  /// `inner`: the formats of items that are lists themselves, from the outermost on.
  [[nodiscard]] json::Document list(const std::vector<std::string>& texts, SchemaId schema,
                                    std::span<const Style> inner = {}) const;
  /// A property whose schema is a list takes all texts of its name.
  [[nodiscard]] json::Document object(const std::vector<NamedTexts>& members,
                                      SchemaId schema) const;
  [[nodiscard]] json::Document deep_object(const DeepNode& root, SchemaId schema) const;

  /// One text as a value of the schema, into a document that is being built.
  void append(json::TreeBuilder& builder, std::string_view text, SchemaId schema) const;
  /// All texts of one name.
  void append_property(json::TreeBuilder& builder, const std::vector<std::string>& texts,
                       SchemaId schema) const;
  void append_object(json::TreeBuilder& builder, const std::vector<NamedTexts>& members,
                     SchemaId schema) const;
  void append_deep(json::TreeBuilder& builder, const DeepNode& node, SchemaId schema) const;
  /// The types that get past `type` anywhere in the schema.
  [[nodiscard]] json_schema::TypeMask types_of(SchemaId schema) const noexcept;

  /// The schema of the items, through references and combinations.
  [[nodiscard]] SchemaId items_of(SchemaId schema, int depth = 0) const noexcept;
  /// The schema of a property; of `additionalProperties` when none has that name.
  [[nodiscard]] SchemaId property_of(SchemaId schema, std::string_view name,
                                     int depth = 0) const noexcept;
  /// Whether the schema names the property, or says what those may be that it does not name.
  [[nodiscard]] bool has_property(SchemaId schema, std::string_view name) const noexcept;

 private:
  void append_item(json::TreeBuilder& builder, const std::string& text, SchemaId schema,
                   std::span<const Style> inner) const;
  [[nodiscard]] SchemaId find_property(SchemaId schema, std::string_view name, bool with_rest,
                                       int depth) const noexcept;
  const json_schema::Program& program_;
  json::TreeBuilder& builder_;
};

}  // namespace faultline::contracts::openapi

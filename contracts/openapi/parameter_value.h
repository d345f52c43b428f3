// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/schema.h"
#include "contracts/openapi/deep_object.h"
#include "contracts/openapi/model.h"
#include "contracts/openapi/parameter_style.h"
#include "proxy/base/inline_list.h"
#include "proxy/base/message_view.h"
#include "proxy/json/scalar_document.h"
#include "proxy/json/tape.h"
#include "proxy/json/tree_builder.h"

#include <cstdint>
#include <forward_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::contracts::openapi {

/// One `name=value` of a query, a form or a cookie.
struct Pair {
  std::string_view name;  // percent-decoded
  std::string_view raw;   // as it stands; "" without '='
};

/// All of them, in their order. Borrows their text; names that had to be decoded lie in here.
class Pairs {
 public:
  void add(std::string_view name, std::string_view raw) { list_.push_back({name, raw}); }
  void add_decoded(std::string name, std::string_view raw) {
    add(decoded_.emplace_front(std::move(name)), raw);
  }
  [[nodiscard]] size_t size() const noexcept { return list_.size(); }
  [[nodiscard]] bool empty() const noexcept { return list_.empty(); }
  [[nodiscard]] const Pair* begin() const noexcept { return list_.begin(); }
  [[nodiscard]] const Pair* end() const noexcept { return list_.end(); }

 private:
  InlineList<Pair, 6> list_;
  std::forward_list<std::string> decoded_;  // stay where they are when the list grows or moves
};

/// Of a query or a form: `+` is a space. Say when it is known that nothing in it is encoded.
[[nodiscard]] Pairs parse_pairs(std::string_view text, bool may_be_encoded = true);
/// Of all `Cookie` fields: HTTP/2 may send each cookie in a field of its own (RFC 9113, 8.2.3).
[[nodiscard]] Pairs parse_cookies(std::span<const FieldView> fields);
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
  /// Borrows both.
  TextReader(const json_schema::Program& program, json::ScalarDocument& scalar)
      : program_(program), scalar_(scalar) {}

  /// Lives until the next text is read, whatever by, and as long as `text`.
  [[nodiscard]] json::Value scalar(std::string_view text, SchemaId schema) const {
    return scalar(text, schema, types_of(schema));
  }
  /// The same with types_of(schema) at hand.
  [[nodiscard]] json::Value scalar(std::string_view text, SchemaId schema,
                                   json_schema::TypeMask possible) const;
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
  /// The schema of a property, by its name or a pattern; of `additionalProperties` when neither has
  /// it.
  [[nodiscard]] SchemaId property_of(SchemaId schema, std::string_view name,
                                     int depth = 0) const noexcept;
  /// Whether the schema says this property, by its name or a pattern.
  [[nodiscard]] bool names_property(SchemaId schema, std::string_view name) const noexcept;
  /// Whether the schema names the property, or says what those may be that it does not name, or
  /// says nothing of properties at all: an object of any keys.
  [[nodiscard]] bool has_property(SchemaId schema, std::string_view name) const noexcept;

 private:
  enum class Reading : uint8_t;
  [[nodiscard]] Reading reading_of(std::string_view text, SchemaId schema) const;
  [[nodiscard]] json::Value read(std::string_view text, Reading reading) const;
  void append_item(json::TreeBuilder& builder, const std::string& text, SchemaId schema,
                   std::span<const Style> inner) const;
  [[nodiscard]] SchemaId find_property(SchemaId schema, std::string_view name, bool with_rest,
                                       int depth) const noexcept;
  [[nodiscard]] bool tells_properties(SchemaId schema, int depth) const noexcept;
  const json_schema::Program& program_;
  json::ScalarDocument& scalar_;
};

}  // namespace faultline::contracts::openapi

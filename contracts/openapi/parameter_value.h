// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/schema.h"
#include "contracts/openapi/model.h"
#include "proxy/json/tape.h"
#include "proxy/json/tree_builder.h"

#include <string>
#include <string_view>
#include <vector>

namespace faultline::contracts::openapi {

/// One `name=value` of a query, a form or a cookie.
struct Pair {
  std::string name;      // percent-decoded
  std::string_view raw;  // as it stands; "" without '='
};

/// `plus_as_space` for queries and forms.
[[nodiscard]] std::vector<Pair> parse_pairs(std::string_view text);
[[nodiscard]] std::vector<Pair> parse_cookies(std::string_view header);

/// Reads texts as the JSON their schema describes. A text is a number, a boolean or null only in
/// exactly JSON's spelling and where the schema allows that type; of several readings the first
/// counts that the schema accepts.
class TextReader {
 public:
  explicit TextReader(const json_schema::Program& program) : program_(program) {}

  [[nodiscard]] json::Document scalar(std::string_view text, SchemaId schema) const;
  [[nodiscard]] json::Document list(const std::vector<std::string>& texts, SchemaId schema) const;
  /// The object whose properties are the pairs; a property whose schema is a list takes all values
  /// of its name.
  [[nodiscard]] json::Document object(const std::vector<const Pair*>& pairs, SchemaId schema) const;

  /// The schema of the items, through references and combinations.
  [[nodiscard]] SchemaId items_of(SchemaId schema, int depth = 0) const noexcept;
  /// The schema of a property; of `additionalProperties` when none has that name.
  [[nodiscard]] SchemaId property_of(SchemaId schema, std::string_view name,
                                     int depth = 0) const noexcept;
  /// Whether the schema names the property.
  [[nodiscard]] bool has_property(SchemaId schema, std::string_view name) const noexcept;

 private:
  void append(json::TreeBuilder& builder, std::string_view text, SchemaId schema) const;
  void append_property(json::TreeBuilder& builder, const std::vector<std::string>& texts,
                       SchemaId schema) const;
  [[nodiscard]] SchemaId find_property(SchemaId schema, std::string_view name, bool with_rest,
                                       int depth) const noexcept;
  const json_schema::Program& program_;
};

}  // namespace faultline::contracts::openapi

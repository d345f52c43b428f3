// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/dialect.h"

#include <cstdint>
#include <string_view>

namespace faultline::contracts::json_schema {

/// Every keyword that some dialect gives a meaning for validation.
enum class KeywordId : uint8_t {
  AdditionalItems,
  AdditionalProperties,
  AllOf,
  AnyOf,
  Const,
  Contains,
  ContentEncoding,
  ContentMediaType,
  ContentSchema,
  Definitions,
  Dependencies,
  DependentRequired,
  DependentSchemas,
  Discriminator,
  Else,
  Enum,
  ExclusiveMaximum,
  ExclusiveMinimum,
  Format,
  If,
  Items,
  MaxContains,
  MaxItems,
  MaxLength,
  MaxProperties,
  Maximum,
  MinContains,
  MinItems,
  MinLength,
  MinProperties,
  Minimum,
  MultipleOf,
  Not,
  OneOf,
  Pattern,
  PatternProperties,
  PrefixItems,
  Properties,
  PropertyNames,
  ReadOnly,
  Required,
  Then,
  Type,
  UnevaluatedItems,
  UnevaluatedProperties,
  UniqueItems,
  WriteOnly,
};

/// What the value of a keyword holds: where schemas stand inside schemas.
enum class Holds : uint8_t {
  Nothing,  // data, texts, numbers: never looked into for `$id` and anchors
  Schema,   //
  List,     // of schemas
  Map,      // of names to schemas
  SchemaOrList,
  MapOfSchemasOrNames,  // `dependencies`
};

struct Keyword {
  std::string_view name;
  KeywordId id;
  Holds holds;
  DialectMask dialects;
  VocabularyMask vocabulary;

  [[nodiscard]] bool is_in(const Language& language) const noexcept {
    return (dialects & bit_of(language.dialect)) != 0 && (vocabulary & language.vocabularies) != 0;
  }
};

/// The keyword of that name, whatever dialects have it; null for all other names. `$ref`, `$id` and
/// their kin are not in the table: they say where a schema is, not what it asks.
[[nodiscard]] const Keyword* find_keyword(std::string_view name) noexcept;

}  // namespace faultline::contracts::json_schema

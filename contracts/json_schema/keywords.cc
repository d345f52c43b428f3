// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/keywords.h"

#include <algorithm>
#include <array>

namespace faultline::contracts::json_schema {
namespace {

constexpr DialectMask kO30 = bit_of(Dialect::OpenApi30);
constexpr DialectMask kD4 = bit_of(Dialect::Draft4);
constexpr DialectMask kD6 = bit_of(Dialect::Draft6);
constexpr DialectMask kD7 = bit_of(Dialect::Draft7);
constexpr DialectMask kD19 = bit_of(Dialect::Draft2019);
constexpr DialectMask kD20 = bit_of(Dialect::Draft2020) | bit_of(Dialect::OpenApi31);
constexpr DialectMask kSince19 = kD19 | kD20;
constexpr DialectMask kSince7 = kD7 | kSince19;
constexpr DialectMask kSince6 = kD6 | kSince7;
constexpr DialectMask kSince4 = kD4 | kSince6;
constexpr DialectMask kAll = kO30 | kSince4;
constexpr DialectMask kOpenApi = kO30 | bit_of(Dialect::OpenApi31);

using vocabularies::kApplicator;
using vocabularies::kContent;
using vocabularies::kCore;
using vocabularies::kFormat;
using vocabularies::kMetaData;
using vocabularies::kUnevaluated;
using vocabularies::kValidation;
using K = KeywordId;

/// Sorted by name. `dependencies` outlives its removal: the metaschemas of 2019-09 and later still
/// define it, and so do schemas in the field.
constexpr std::array kKeywords = {
    Keyword{"$defs", K::Definitions, Holds::Map, kSince19, kCore},
    Keyword{"additionalItems", K::AdditionalItems, Holds::Schema, kSince4 & ~kD20, kApplicator},
    Keyword{"additionalProperties", K::AdditionalProperties, Holds::Schema, kAll, kApplicator},
    Keyword{"allOf", K::AllOf, Holds::List, kAll, kApplicator},
    Keyword{"anyOf", K::AnyOf, Holds::List, kAll, kApplicator},
    Keyword{"const", K::Const, Holds::Nothing, kSince6, kValidation},
    Keyword{"contains", K::Contains, Holds::Schema, kSince6, kApplicator},
    Keyword{"contentEncoding", K::ContentEncoding, Holds::Nothing, kSince7, kContent},
    Keyword{"contentMediaType", K::ContentMediaType, Holds::Nothing, kSince7, kContent},
    Keyword{"contentSchema", K::ContentSchema, Holds::Schema, kSince19, kContent},
    Keyword{"definitions", K::Definitions, Holds::Map, kSince4, kCore},
    Keyword{"dependencies", K::Dependencies, Holds::MapOfSchemasOrNames, kSince4, kApplicator},
    Keyword{"dependentRequired", K::DependentRequired, Holds::Nothing, kSince19, kValidation},
    Keyword{"dependentSchemas", K::DependentSchemas, Holds::Map, kSince19, kApplicator},
    Keyword{"discriminator", K::Discriminator, Holds::Nothing, kOpenApi, kMetaData},
    Keyword{"else", K::Else, Holds::Schema, kSince7, kApplicator},
    Keyword{"enum", K::Enum, Holds::Nothing, kAll, kValidation},
    Keyword{"exclusiveMaximum", K::ExclusiveMaximum, Holds::Nothing, kAll, kValidation},
    Keyword{"exclusiveMinimum", K::ExclusiveMinimum, Holds::Nothing, kAll, kValidation},
    Keyword{"format", K::Format, Holds::Nothing, kAll, kFormat},
    Keyword{"if", K::If, Holds::Schema, kSince7, kApplicator},
    Keyword{"items", K::Items, Holds::SchemaOrList, kAll, kApplicator},
    Keyword{"maxContains", K::MaxContains, Holds::Nothing, kSince19, kValidation},
    Keyword{"maxItems", K::MaxItems, Holds::Nothing, kAll, kValidation},
    Keyword{"maxLength", K::MaxLength, Holds::Nothing, kAll, kValidation},
    Keyword{"maxProperties", K::MaxProperties, Holds::Nothing, kAll, kValidation},
    Keyword{"maximum", K::Maximum, Holds::Nothing, kAll, kValidation},
    Keyword{"minContains", K::MinContains, Holds::Nothing, kSince19, kValidation},
    Keyword{"minItems", K::MinItems, Holds::Nothing, kAll, kValidation},
    Keyword{"minLength", K::MinLength, Holds::Nothing, kAll, kValidation},
    Keyword{"minProperties", K::MinProperties, Holds::Nothing, kAll, kValidation},
    Keyword{"minimum", K::Minimum, Holds::Nothing, kAll, kValidation},
    Keyword{"multipleOf", K::MultipleOf, Holds::Nothing, kAll, kValidation},
    Keyword{"not", K::Not, Holds::Schema, kAll, kApplicator},
    Keyword{"oneOf", K::OneOf, Holds::List, kAll, kApplicator},
    Keyword{"pattern", K::Pattern, Holds::Nothing, kAll, kValidation},
    Keyword{"patternProperties", K::PatternProperties, Holds::Map, kSince4, kApplicator},
    Keyword{"prefixItems", K::PrefixItems, Holds::List, kD20, kApplicator},
    Keyword{"properties", K::Properties, Holds::Map, kAll, kApplicator},
    Keyword{"propertyNames", K::PropertyNames, Holds::Schema, kSince6, kApplicator},
    Keyword{"readOnly", K::ReadOnly, Holds::Nothing, kAll, kMetaData},
    Keyword{"required", K::Required, Holds::Nothing, kAll, kValidation},
    Keyword{"then", K::Then, Holds::Schema, kSince7, kApplicator},
    Keyword{"type", K::Type, Holds::Nothing, kAll, kValidation},
    Keyword{"unevaluatedItems", K::UnevaluatedItems, Holds::Schema, kSince19, kUnevaluated},
    Keyword{"unevaluatedProperties", K::UnevaluatedProperties, Holds::Schema, kSince19,
            kUnevaluated},
    Keyword{"uniqueItems", K::UniqueItems, Holds::Nothing, kAll, kValidation},
    Keyword{"writeOnly", K::WriteOnly, Holds::Nothing, kAll, kMetaData},
};
static_assert(std::is_sorted(kKeywords.begin(), kKeywords.end(),
                             [](const Keyword& a, const Keyword& b) { return a.name < b.name; }));

}  // namespace

const Keyword* find_keyword(std::string_view name) noexcept {
  const auto* const found = std::lower_bound(
      kKeywords.begin(), kKeywords.end(), name,
      [](const Keyword& keyword, std::string_view wanted) { return keyword.name < wanted; });
  return found != kKeywords.end() && found->name == name ? &*found : nullptr;
}

}  // namespace faultline::contracts::json_schema

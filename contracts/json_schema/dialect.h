// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace faultline::contracts::json_schema {

/// The languages a schema may be written in. Their order is that of their age where it matters:
/// `dialect <= Dialect::Draft7` are those in which `$ref` hides what stands beside it.
enum class Dialect : uint8_t {
  OpenApi30,  // Wright-00 with OpenAPI's changes: nullable, boolean exclusive*, lonely $ref
  Draft4,
  Draft6,
  Draft7,
  Draft2019,
  Draft2020,
  OpenApi31,  // 2020-12 with OpenAPI's vocabulary
};

/// A set of dialects, one bit each.
using DialectMask = uint8_t;
[[nodiscard]] constexpr DialectMask bit_of(Dialect dialect) noexcept {
  return static_cast<DialectMask>(1U << static_cast<unsigned>(dialect));
}

/// The vocabularies of 2019-09 and 2020-12 as bits. Older dialects have all of them.
using VocabularyMask = uint8_t;
namespace vocabularies {
inline constexpr VocabularyMask kCore = 1;
inline constexpr VocabularyMask kApplicator = 2;
inline constexpr VocabularyMask kUnevaluated = 4;
inline constexpr VocabularyMask kValidation = 8;
inline constexpr VocabularyMask kFormat = 16;  // as annotation
inline constexpr VocabularyMask kFormatAssertion = 32;
inline constexpr VocabularyMask kContent = 64;
inline constexpr VocabularyMask kMetaData = 128;
/// What a schema has whose dialect does not speak of vocabularies.
inline constexpr VocabularyMask kUsual = 255 - kFormatAssertion;
}  // namespace vocabularies

/// A dialect and the part of it that a metaschema's `$vocabulary` leaves.
struct Language {
  Dialect dialect = Dialect::Draft2020;
  VocabularyMask vocabularies = vocabularies::kUsual;
};

/// The dialect that a `$schema` names; an empty fragment at its end does not count.
[[nodiscard]] std::optional<Dialect> dialect_of_uri(std::string_view uri) noexcept;

/// The metaschema's URI; that of 3.0 is a schema of documents, so it has none ("").
[[nodiscard]] std::string_view uri_of(Dialect dialect) noexcept;

/// "draft4", "draft6", "draft7", "2019-09", "2020-12", "openapi3.0", "openapi3.1".
[[nodiscard]] std::string_view dialect_name(Dialect dialect) noexcept;
[[nodiscard]] std::optional<Dialect> dialect_named(std::string_view name) noexcept;

/// The vocabularies that a URI in `$vocabulary` stands for (2019-09 has `unevaluated*` in its
/// applicators); 0 when it is not known here.
[[nodiscard]] VocabularyMask vocabulary_of_uri(std::string_view uri) noexcept;

}  // namespace faultline::contracts::json_schema

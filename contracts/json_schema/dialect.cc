// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/dialect.h"

#include <array>

namespace faultline::contracts::json_schema {
namespace {

struct DialectRow {
  Dialect dialect;
  std::string_view name;
  std::string_view uri;
};
constexpr std::array kDialects = {
    DialectRow{Dialect::Draft4, "draft4", "http://json-schema.org/draft-04/schema"},
    DialectRow{Dialect::Draft6, "draft6", "http://json-schema.org/draft-06/schema"},
    DialectRow{Dialect::Draft7, "draft7", "http://json-schema.org/draft-07/schema"},
    DialectRow{Dialect::Draft2019, "2019-09", "https://json-schema.org/draft/2019-09/schema"},
    DialectRow{Dialect::Draft2020, "2020-12", "https://json-schema.org/draft/2020-12/schema"},
    DialectRow{Dialect::OpenApi30, "openapi3.0", ""},
    DialectRow{Dialect::OpenApi31, "openapi3.1", "https://spec.openapis.org/oas/3.1/dialect/base"},
};

struct VocabularyRow {
  std::string_view name;
  VocabularyMask in_2019;
  VocabularyMask in_2020;
};
constexpr std::array kVocabularies = {
    VocabularyRow{"core", vocabularies::kCore, vocabularies::kCore},
    VocabularyRow{"applicator", vocabularies::kApplicator | vocabularies::kUnevaluated,
                  vocabularies::kApplicator},
    VocabularyRow{"unevaluated", 0, vocabularies::kUnevaluated},
    VocabularyRow{"validation", vocabularies::kValidation, vocabularies::kValidation},
    VocabularyRow{"meta-data", vocabularies::kMetaData, vocabularies::kMetaData},
    VocabularyRow{"format", vocabularies::kFormat, 0},
    VocabularyRow{"format-annotation", 0, vocabularies::kFormat},
    VocabularyRow{"format-assertion", 0, vocabularies::kFormat | vocabularies::kFormatAssertion},
    VocabularyRow{"content", vocabularies::kContent, vocabularies::kContent},
};
constexpr std::string_view kVocabulary2019 = "https://json-schema.org/draft/2019-09/vocab/";
constexpr std::string_view kVocabulary2020 = "https://json-schema.org/draft/2020-12/vocab/";
constexpr std::string_view kVocabularyOpenApi = "https://spec.openapis.org/oas/3.1/vocab/base";

}  // namespace

std::optional<Dialect> dialect_of_uri(std::string_view uri) noexcept {
  if (uri.ends_with('#')) uri.remove_suffix(1);
  for (const auto& row : kDialects) {
    if (!row.uri.empty() && row.uri == uri) return row.dialect;
  }
  return std::nullopt;
}

std::string_view uri_of(Dialect dialect) noexcept {
  for (const auto& row : kDialects) {
    if (row.dialect == dialect) return row.uri;
  }
  return {};
}

std::string_view dialect_name(Dialect dialect) noexcept {
  for (const auto& row : kDialects) {
    if (row.dialect == dialect) return row.name;
  }
  return {};
}

std::optional<Dialect> dialect_named(std::string_view name) noexcept {
  for (const auto& row : kDialects) {
    if (row.name == name) return row.dialect;
  }
  return std::nullopt;
}

VocabularyMask vocabulary_of_uri(std::string_view uri) noexcept {
  if (uri == kVocabularyOpenApi) return vocabularies::kMetaData;
  const bool is_2019 = uri.starts_with(kVocabulary2019);
  if (!is_2019 && !uri.starts_with(kVocabulary2020)) return 0;
  uri.remove_prefix(kVocabulary2019.size());
  for (const auto& row : kVocabularies) {
    if (row.name == uri) return is_2019 ? row.in_2019 : row.in_2020;
  }
  return 0;
}

}  // namespace faultline::contracts::json_schema

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/registry.h"

#include "contracts/json_schema/metaschemas.h"
#include "contracts/json_schema/uri_reference.h"

#include <utility>

namespace faultline::contracts::json_schema {
namespace {

Result<SchemaDocument> parse_document(std::string_view uri, std::string text) {
  SchemaDocument document;
  document.file = std::make_shared<const SourceFile>(std::string(uri), std::move(text));
  FL_TRY(json::Document tree, json::Document::parse(document.file->text()));
  document.tree = std::make_shared<const json::Document>(std::move(tree));
  return document;
}

}  // namespace

void Registry::add(std::string_view uri, SchemaDocument document) {
  documents_.insert_or_assign(std::string(without_fragment(uri)), std::move(document));
}

Status Registry::add_json(std::string_view uri, std::string text) {
  FL_TRY(SchemaDocument document, parse_document(uri, std::move(text)));
  add(uri, std::move(document));
  return {};
}

std::optional<SchemaDocument> Registry::find(std::string_view uri) const {
  const auto entry = documents_.find(std::string(uri));
  if (entry != documents_.end()) return entry->second;
  if (source_) {
    if (auto document = source_(uri)) return document;
  }
  for (const auto texts : {metaschemas_old(), metaschemas_2019(), metaschemas_2020()}) {
    for (const Metaschema& known : texts) {
      if (known.uri != uri) continue;
      auto document = parse_document(uri, std::string(known.text));
      if (document) return std::move(*document);
    }
  }
  return std::nullopt;
}

}  // namespace faultline::contracts::json_schema

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/diagnostic.h"
#include "proxy/base/result.h"
#include "proxy/json/tape.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace faultline::contracts::json_schema {

/// A text with its tree. Shared: programs that were compiled from it keep it alive.
struct SchemaDocument {
  SourceFilePtr file;
  std::shared_ptr<const json::Document> tree;
};

/// The documents that references may lead to, by URI. There is no other way out of a document:
/// nothing is ever fetched. The metaschemas are always known.
///
///   Registry registry;
///   registry.add("https://example.com/item.json", document);
///
/// Filled once, then read by any thread.
class Registry {
 public:
  /// Replaces a document of the same URI. A fragment at the end of the URI does not count.
  void add(std::string_view uri, SchemaDocument document);
  /// A JSON text. Fails when it is not JSON.
  [[nodiscard]] Status add_json(std::string_view uri, std::string text);
  /// `uri` without a fragment. Metaschemas are parsed when they are asked for.
  [[nodiscard]] std::optional<SchemaDocument> find(std::string_view uri) const;

 private:
  std::unordered_map<std::string, SchemaDocument> documents_;  // looked up only
};

}  // namespace faultline::contracts::json_schema

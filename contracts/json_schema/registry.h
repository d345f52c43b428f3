// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/diagnostic.h"
#include "proxy/base/result.h"
#include "proxy/json/tape.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace faultline::contracts::json_schema {

/// A text with its tree. Shared: programs that were compiled from it keep it alive.
struct SchemaDocument {
  SourceFilePtr file;
  std::shared_ptr<const json::Document> tree;
};

/// The documents that references may lead to, by URI. There is no other way out of a document:
/// nothing is ever fetched. The metaschemas are always known. A source may give documents when they
/// are asked for.
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
  using Source = std::function<std::optional<SchemaDocument>(std::string_view uri)>;
  /// Is asked for documents that were not added. It must outlive the compilers that read this.
  void set_source(Source source) { source_ = std::move(source); }
  /// `uri` without a fragment. Metaschemas are parsed when they are asked for.
  [[nodiscard]] std::optional<SchemaDocument> find(std::string_view uri) const;

 private:
  std::unordered_map<std::string, SchemaDocument> documents_;  // looked up only
  Source source_;
};

}  // namespace faultline::contracts::json_schema

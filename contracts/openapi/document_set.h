// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/engine.h"
#include "contracts/json_schema/registry.h"
#include "contracts/problems.h"
#include "proxy/base/diagnostic.h"
#include "proxy/json/tape.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::contracts::openapi {

/// The documents of one contract: the one that was named, and those its references lead to. They
/// are read when a reference asks for them, from the folder of the contract and below; nothing is
/// ever fetched. Filled while the contract is loaded by one thread, then only read.
///
/// A document is known by the URI it was read from and, if it has one, by its `$self` (3.2).
class DocumentSet {
 public:
  /// Reading is bounded by these and by limits::kContractBytes over all documents.
  static constexpr size_t kDocumentsMax = 1000;

  DocumentSet(SourceFilePtr root, LoadOptions options);
  DocumentSet(const DocumentSet&) = delete;
  DocumentSet& operator=(const DocumentSet&) = delete;

  /// Parses the first document; null when it cannot be read. Complaints are kept.
  [[nodiscard]] const json::Document* load_root(Problems& problems);

  /// The document of a URI without fragment; nothing when it cannot be had: see reason_for().
  [[nodiscard]] std::optional<json_schema::SchemaDocument> find(std::string_view uri);

  [[nodiscard]] const LoadOptions& options() const noexcept { return options_; }
  [[nodiscard]] json::Value root() const noexcept { return documents_[0].document.tree->root(); }
  [[nodiscard]] const SourceFilePtr& file_of(json::Value value) const noexcept;
  /// The base that references in the value's document are taken against.
  [[nodiscard]] const std::string& base_of(json::Value value) const noexcept;
  /// The URI that the value's document was read from.
  [[nodiscard]] const std::string& uri_of(json::Value value) const noexcept;
  /// Why `find` gave nothing for this URI; "" when it was not asked.
  [[nodiscard]] std::string_view reason_for(std::string_view uri) const noexcept;
  /// Of the names and texts of all documents.
  [[nodiscard]] uint64_t digest() const noexcept;
  /// What is wrong with the texts of the documents found since the last call.
  [[nodiscard]] std::vector<Diagnostic> take_diagnostics();

 private:
  struct Entry {
    std::string uri;   // it was read from
    std::string base;  // `$self`, or the same
    json_schema::SchemaDocument document;
  };
  struct Failure {
    std::string uri;
    std::string reason;
  };

  [[nodiscard]] const Entry& entry_of(json::Value value) const noexcept;
  /// The path below the contract's folder that the URI stands for.
  [[nodiscard]] std::optional<std::string> path_of(std::string_view uri) const;
  std::nullopt_t fail(std::string_view uri, std::string reason);
  std::optional<json_schema::SchemaDocument> read(std::string_view uri, const std::string& path);
  void add(std::string uri, json_schema::SchemaDocument document);

  SourceFilePtr root_file_;
  LoadOptions options_;
  std::string folder_;  // URI of the contract's folder, ends with '/'
  std::vector<Entry> documents_;
  std::vector<Failure> failures_;
  std::vector<Diagnostic> diagnostics_;
  size_t bytes_ = 0;
};

}  // namespace faultline::contracts::openapi

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/document_set.h"

#include "contracts/document.h"
#include "contracts/json_schema/uri_reference.h"
#include "proxy/base/hash.h"
#include "proxy/base/limits.h"
#include "proxy/base/random.h"
#include "proxy/base/text.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace faultline::contracts::openapi {
namespace {

using json_schema::SchemaDocument;

/// The part up to the last slash, which it keeps.
std::string_view folder_part(std::string_view path) noexcept {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash + 1);
}

/// The folders above an unknown place: no reference climbs as many.
constexpr std::string_view kUnknownFolder = "/-/-/-/-/-/-/-/-/-/-/-/-/-/-/-/-/";

std::string uri_of_path(std::string_view path) {
  std::string uri = "file://";
  for (const char c : path) {
    // What would end the path of a URI is written as a URI writes it.
    if (c == '#' || c == '?' || c == '%' || c == ' ') {
      uri += percent_encode({&c, 1});
    } else {
      uri += c;
    }
  }
  return uri;
}

/// A tree of the document with an owner that can be shared: programs keep documents alive.
std::shared_ptr<const json::Document> parse(Problems& problems,
                                            std::vector<Diagnostic>& diagnostics) {
  auto tree = read_document(problems, diagnostics);
  if (tree) report_duplicates(*tree, problems);
  return tree;
}

}  // namespace

DocumentSet::DocumentSet(SourceFilePtr root, LoadOptions options)
    : root_file_(std::move(root)), options_(std::move(options)) {
  const std::string& path = options_.absolute_path;
  folder_ = uri_of_path(path.empty() ? kUnknownFolder : folder_part(path));
}

const json::Document* DocumentSet::load_root(Problems& problems) {
  auto tree = parse(problems, diagnostics_);
  if (!tree) return nullptr;
  const std::string& path =
      options_.absolute_path.empty() ? root_file_->name() : options_.absolute_path;
  const std::string_view name = std::string_view(path).substr(folder_part(path).size());
  bytes_ = root_file_->text().size();
  add(folder_ + uri_of_path(name).substr(std::string_view("file://").size()),
      {root_file_, std::move(tree)});
  return documents_[0].document.tree.get();
}

void DocumentSet::add(std::string uri, SchemaDocument document) {
  Entry entry = {uri, uri, std::move(document)};
  const auto self = entry.document.tree->root().find("$self");
  if (self && self->is_string()) {
    entry.base = json_schema::resolve_uri(uri, json_schema::without_fragment(self->string()));
  }
  documents_.push_back(std::move(entry));
}

const DocumentSet::Entry& DocumentSet::entry_of(json::Value value) const noexcept {
  for (const Entry& entry : documents_) {
    if (entry.document.tree.get() == &value.document()) return entry;
  }
  return documents_[0];
}

const SourceFilePtr& DocumentSet::file_of(json::Value value) const noexcept {
  return entry_of(value).document.file;
}

const std::string& DocumentSet::base_of(json::Value value) const noexcept {
  return entry_of(value).base;
}

const std::string& DocumentSet::uri_of(json::Value value) const noexcept {
  return entry_of(value).uri;
}

std::optional<std::string> DocumentSet::path_of(std::string_view uri) const {
  // Beside the root's `$self` lie the same files as beside the root itself (OpenAPI 3.2.0, section
  // 4.1.2.2).
  for (const std::string_view folder :
       {std::string_view(folder_), folder_part(documents_[0].base)}) {
    if (!folder.empty() && uri.starts_with(folder)) {
      return percent_decode(uri.substr(folder.size()));
    }
  }
  return std::nullopt;
}

std::nullopt_t DocumentSet::fail(std::string_view uri, std::string reason) {
  failures_.push_back({std::string(uri), std::move(reason)});
  return std::nullopt;
}

std::optional<SchemaDocument> DocumentSet::find(std::string_view uri) {
  for (const Entry& entry : documents_) {
    if (entry.base == uri || entry.uri == uri) return entry.document;
  }
  if (!reason_for(uri).empty()) return std::nullopt;
  const auto path = path_of(uri);
  if (path && options_.read_file) return read(uri, *path);
  if (uri.starts_with("file:")) {
    return fail(uri, options_.read_file ? "it is outside the contract's folder"
                                        : "other files are not read here");
  }
  return fail(uri, "nothing is fetched from elsewhere");
}

std::optional<SchemaDocument> DocumentSet::read(std::string_view uri, const std::string& path) {
  if (documents_.size() == kDocumentsMax) return fail(uri, "the contract has too many files");
  auto text = options_.read_file(path);
  if (!text) return fail(uri, text.error().message);
  bytes_ += text->size();
  if (bytes_ > limits::kContractBytes) return fail(uri, "the contract's files are too large");
  const std::string name = std::string(folder_part(root_file_->name())) + path;
  Problems problems(std::make_shared<const SourceFile>(name, std::move(*text)));
  auto tree = parse(problems, diagnostics_);
  const bool is_usable = tree && !problems.has_errors();
  auto found = problems.take();
  std::move(found.begin(), found.end(), std::back_inserter(diagnostics_));
  if (!is_usable) return fail(uri, "it cannot be read");
  add(std::string(uri), {problems.file(), std::move(tree)});
  return documents_.back().document;
}

uint64_t DocumentSet::digest() const noexcept {
  uint64_t digest = 0;
  for (const Entry& entry : documents_) {
    digest = random::absorb(digest, hash64(entry.document.file->name()));
    digest = random::absorb(digest, hash64(entry.document.file->text()));
  }
  return digest;
}

std::string_view DocumentSet::reason_for(std::string_view uri) const noexcept {
  for (const Failure& failure : failures_) {
    if (failure.uri == uri) return failure.reason;
  }
  return {};
}

std::vector<Diagnostic> DocumentSet::take_diagnostics() { return std::exchange(diagnostics_, {}); }

}  // namespace faultline::contracts::openapi

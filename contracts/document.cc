// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/document.h"

#include "proxy/base/limits.h"
#include "proxy/base/text.h"
#include "proxy/yaml/document.h"

#include <string>
#include <utility>

namespace faultline::contracts {
namespace {

/// The place that the end of a JSON error names: "... at byte 17".
uint32_t offset_in(std::string_view message) {
  const auto offset = parse_u64(message.substr(message.rfind(' ') + 1));
  return static_cast<uint32_t>(offset.value_or(0));
}

}  // namespace

void report_duplicates(const json::Document& document, Problems& problems) {
  for (const SourceSpan span : document.duplicate_keys()) {
    problems.error(codes::kDuplicateKey, "this name stands twice in one object", span);
  }
}

std::unique_ptr<const json::Document> read_json(Problems& problems, size_t depth_max) {
  auto document = json::Document::parse(problems.file()->text(), {.depth_max = depth_max});
  if (document) return std::make_unique<const json::Document>(std::move(*document));
  const std::string& message = document.error().message;
  const uint32_t offset = offset_in(message);
  problems.error(codes::kSyntax, message.substr(0, message.rfind(" at byte ")), {offset, 1});
  return nullptr;
}

/// JSON by the JSON parser, which is many times faster, anything else as YAML (of which most JSON
/// is a part: what looks like JSON but is not may still be YAML in flow style). A file that is
/// called JSON must be JSON.
std::unique_ptr<const json::Document> read_document(Problems& problems,
                                                    std::vector<Diagnostic>& diagnostics) {
  const SourceFilePtr& file = problems.file();
  const std::string_view text = file->text();
  if (file->name().ends_with(".json")) return read_json(problems);
  const size_t first = text.find_first_not_of(" \t\r\n");
  const bool looks_like_json =
      first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
  if (looks_like_json) {
    auto document = json::Document::parse(text);
    if (document) return std::make_unique<const json::Document>(std::move(*document));
  }
  auto document = yaml::load(file, {.bytes_max = limits::kContractBytes});
  if (document) return std::make_unique<const json::Document>(std::move(*document));
  diagnostics = std::move(document.error());
  return nullptr;
}

}  // namespace faultline::contracts

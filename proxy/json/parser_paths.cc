// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/parser_paths.h"

#include "proxy/json/exact_parser.h"
#include "proxy/json/indexed_parser.h"
#include "proxy/json/scanning_parser.h"
#include "proxy/json/structural_index.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace faultline::json {

std::optional<Document> ParserAccess::by_scan(std::string_view text, const ParseOptions& options) {
  KeyLedger ledger;
  auto tape = std::make_unique<Tape>();
  tape->source = text;
  const size_t depth_max = std::min(options.depth_max, kDepthCeiling);
  if (!parse_scanning(text, depth_max, ledger, *tape)) return std::nullopt;
  return Document(std::move(tape));
}

std::optional<Document> ParserAccess::by_index(std::string_view text, const ParseOptions& options) {
  StructuralIndex index;
  KeyLedger ledger;
  auto tape = std::make_unique<Tape>();
  tape->source = text;
  if (!index.build(text)) return std::nullopt;
  const size_t depth_max = std::min(options.depth_max, kDepthCeiling);
  if (!parse_indexed(text, index, depth_max, ledger, *tape)) return std::nullopt;
  return Document(std::move(tape));
}

Result<Document> ParserAccess::by_byte(std::string_view text, const ParseOptions& options) {
  KeyLedger ledger;
  auto tape = std::make_unique<Tape>();
  tape->source = text;
  const size_t depth_max = std::min(options.depth_max, kDepthCeiling);
  auto error = parse_exact(text, depth_max, ledger, *tape);
  if (error) return faultline::fail(std::move(*error));
  return Document(std::move(tape));
}

}  // namespace faultline::json

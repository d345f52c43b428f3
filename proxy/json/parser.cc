// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/parser.h"

#include "proxy/json/exact_parser.h"
#include "proxy/json/indexed_parser.h"
#include "proxy/json/scanning_parser.h"
#include "proxy/json/structural_index.h"
#include "proxy/json/tape_reuse.h"

#include <algorithm>
#include <utility>

namespace faultline::json {
namespace {

/// Up to here to scan a text in passing takes less than to index it first.
constexpr size_t kScannedBytesMax = 4096;

}  // namespace

/// What parsing needs besides the tape.
struct Parser::Scratch {
  StructuralIndex index;
  KeyLedger keys;

  void trim() {
    if (index.capacity_bytes() <= kKeptTextBytes) return;
    index.release();
    keys = KeyLedger();
  }
};

std::optional<Error> Parser::write(std::string_view text, const ParseOptions& options,
                                   Scratch& scratch, Tape& tape) {
  if (text.size() > kTextBytesMax) {
    return Error::make(ErrorCode::LimitExceeded, "JSON text larger than 1 GiB at byte 0",
                       ErrorSource::Input);
  }
  const size_t depth_max = std::min(options.depth_max, kDepthCeiling);
  restart(tape, text);
  scratch.keys.clear();
  const bool is_done = text.size() <= kScannedBytesMax
                           ? parse_scanning(text, depth_max, scratch.keys, tape)
                           : scratch.index.build(text) &&
                                 parse_indexed(text, scratch.index, depth_max, scratch.keys, tape);
  if (is_done) return std::nullopt;
  restart(tape, text);
  scratch.keys.clear();
  return parse_exact(text, depth_max, scratch.keys, tape);
}

Parser::Parser() : scratch_(std::make_unique<Scratch>()), document_(std::make_unique<Tape>()) {}
Parser::~Parser() = default;

Result<const Document*> Parser::parse(std::string_view text, const ParseOptions& options) {
  if (document_.tape_->source.size() > kKeptTextBytes) document_.tape_ = std::make_unique<Tape>();
  auto error = write(text, options, *scratch_, *document_.tape_);
  scratch_->trim();
  if (error) return faultline::fail(std::move(*error));
  document_.seal();
  return &document_;
}

Result<Document> Document::parse(std::string_view text, const ParseOptions& options) {
  // Memory only: nothing of one text is left for the next. Each thread keeps its own, so that the
  // cost of a document is that of its tape.
  thread_local Parser::Scratch scratch;
  auto tape = std::make_unique<Tape>();
  auto error = Parser::write(text, options, scratch, *tape);
  scratch.trim();
  if (error) return faultline::fail(std::move(*error));
  return Document(std::move(tape));
}

}  // namespace faultline::json

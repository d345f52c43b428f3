// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"
#include "proxy/json/tape.h"

#include <memory>
#include <optional>
#include <string_view>

namespace faultline::json {

/// Parses one text after another into the same memory: once it has seen texts of their size, no
/// document allocates. For whoever reads many, such as the analysis of mirrored bodies. Not
/// thread-safe; each thread takes its own.
///
///   Parser parser;
///   for (const auto& body : bodies) {
///     auto document = parser.parse(body);
///     if (document) check((*document)->root());
///   }
class Parser {
 public:
  Parser();
  ~Parser();
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  /// As Document::parse. The document belongs to the parser and lives until the next call. What a
  /// text larger than kKeptTextBytes took is given back then.
  [[nodiscard]] Result<const Document*> parse(std::string_view text,
                                              const ParseOptions& options = {});

 private:
  friend class Document;
  friend struct ParserAccess;
  struct Scratch;
  [[nodiscard]] static std::optional<Error> write(std::string_view text,
                                                  const ParseOptions& options, Scratch& scratch,
                                                  Tape& tape);
  std::unique_ptr<Scratch> scratch_;
  Document document_;
};

/// Captured bodies end at 1 MiB (limits::kCaptureBytes); larger texts are contracts, read once.
inline constexpr size_t kKeptTextBytes = limits::kCaptureBytes;

}  // namespace faultline::json

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"
#include "proxy/json/tape.h"

#include <optional>
#include <string_view>

namespace faultline::json {

/// The parsers behind Document::parse, each by itself: for tests, fuzzing and benches, which hold
/// them against each other.
struct ParserAccess {
  /// The fast ones, for short texts and for long ones. Nothing when they do not take the text: not
  /// JSON, too deep, or a bare scalar.
  [[nodiscard]] static std::optional<Document> by_scan(std::string_view text,
                                                       const ParseOptions& options = {});
  [[nodiscard]] static std::optional<Document> by_index(std::string_view text,
                                                        const ParseOptions& options = {});
  [[nodiscard]] static Result<Document> by_byte(std::string_view text,
                                                const ParseOptions& options = {});
};

}  // namespace faultline::json

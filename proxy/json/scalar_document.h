// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/json/tape.h"

#include <cstdint>
#include <string_view>

namespace faultline::json {

/// A document that is one text, number, boolean or null, over bytes that are not copied: for the
/// many texts that are one value each, such as parameters, where building a tree costs more than
/// judging it. Allocates once. Not thread-safe.
///
///   ScalarDocument document;
///   check(document.number("42"));
///
/// Each value lives until the next call, and its text must live as long.
class ScalarDocument {
 public:
  ScalarDocument();

  [[nodiscard]] Value null(std::string_view text) { return set(Kind::Null, text).root(); }
  [[nodiscard]] Value boolean(bool value, std::string_view text);
  /// Both in JSON's number syntax; `value` as plain_int64_of() reads it.
  [[nodiscard]] Value integer(int64_t value, std::string_view text);
  [[nodiscard]] Value number(std::string_view text);
  [[nodiscard]] Value string(std::string_view text) { return set(Kind::String, text).root(); }

 private:
  /// The text takes the place of the arena, so it needs no quotes around it.
  const Document& set(Kind kind, std::string_view text) {
    const auto length = static_cast<uint32_t>(text.size());
    document_.tape_->nodes[0] = {.offset = 0,
                                 .length = length,
                                 .word = 0,
                                 .extent = 1,
                                 .kind = kind,
                                 .in_arena = true,
                                 .is_true = false,
                                 .is_int64 = false,
                                 .text = 0,
                                 .text_length = length};
    document_.arena_ = text.empty() ? "" : text.data();
    return document_;
  }
  Document document_;
};

}  // namespace faultline::json

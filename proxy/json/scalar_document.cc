// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/scalar_document.h"

#include "proxy/json/exact_number.h"

#include <cstdint>
#include <memory>

namespace faultline::json {

ScalarDocument::ScalarDocument() : document_(std::make_unique<Tape>()) {
  document_.tape_->nodes.add(Kind::Null, {});
  document_.seal();
}

/// The text takes the place of the arena, so it needs no quotes around it.
const Document& ScalarDocument::set(Kind kind, std::string_view text) {
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

Value ScalarDocument::boolean(bool value, std::string_view text) {
  const Document& document = set(Kind::Bool, text);
  document_.tape_->nodes[0].is_true = value;
  return document.root();
}

Value ScalarDocument::integer(int64_t value, std::string_view text) {
  const Document& document = set(Kind::Number, text);
  document_.tape_->nodes[0].is_int64 = true;
  document_.tape_->nodes[0].word = static_cast<uint64_t>(value);
  return document.root();
}

Value ScalarDocument::number(std::string_view text) {
  if (const auto value = plain_int64_of(text)) return integer(*value, text);
  return set(Kind::Number, text).root();
}

}  // namespace faultline::json

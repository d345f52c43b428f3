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

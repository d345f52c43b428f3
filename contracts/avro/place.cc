// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/avro/place.h"

#include "proxy/json/pointer.h"

#include <string>

namespace faultline::contracts::avro {

SourceSpan place_of(json::Value value) {
  const SourceSpan span = value.span();
  return value.is_object() || value.is_array() ? SourceSpan{span.offset, 1} : span;
}

void note_pointer(Diagnostic& diagnostic, json::Value at) {
  const std::string pointer = json::pointer_of(at);
  if (!pointer.empty()) diagnostic.notes.push_back("at " + pointer);
}

}  // namespace faultline::contracts::avro

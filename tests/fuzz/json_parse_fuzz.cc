// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/pointer.h"
#include "proxy/json/serialize.h"
#include "proxy/json/tape.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

// Whatever the bytes: no crash, and if they are accepted, every node's span is a JSON text of its
// own with the same meaning, lies inside its parent's, and the written text means the same.

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_node(faultline::json::Value value, std::string_view text, uint32_t begin, uint32_t end) {
  const auto span = value.span();
  require(span.offset >= begin && span.offset + span.length <= end);
  const auto slice = faultline::json::Document::parse(text.substr(span.offset, span.length));
  require(slice.has_value());
  require(faultline::json::equal(slice->root(), value));
  for (const auto element : value.elements()) {
    check_node(element, text, span.offset, span.offset + span.length);
  }
  for (const auto& member : value.members()) {
    check_node(member.key, text, span.offset, span.offset + span.length);
    check_node(member.value, text, member.key.span().offset, span.offset + span.length);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kSizeMax = 4096;  // every node is parsed again, so long texts are only slow
  if (size > kSizeMax) return 0;
  const std::string text(data, data + size);
  const auto document = faultline::json::Document::parse(text);
  if (!document) return 0;
  check_node(document->root(), text, 0, static_cast<uint32_t>(text.size()));
  const std::string written = faultline::json::to_text(document->root());
  const auto again = faultline::json::Document::parse(written);
  require(again.has_value());
  require(faultline::json::equal(again->root(), document->root()));
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/item_stream.h"
#include "contracts/openapi/media_type.h"
#include "contracts/openapi/multipart.h"
#include "proxy/base/text.h"
#include "proxy/coding/content_coding.h"
#include "proxy/json/tape.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

// Media types and the bodies they announce. A media type fits itself better than any range does;
// what it is written as is read as the same. Parts and items lie inside the body and in its order;
// an event is one JSON object. What is decoded never grows beyond the bound.

namespace {

using faultline::coding::decode_content;
using faultline::coding::DecodedContent;
using faultline::contracts::openapi::EventReader;
using faultline::contracts::openapi::fit;
using faultline::contracts::openapi::ItemReader;
using faultline::contracts::openapi::MediaRange;
using faultline::contracts::openapi::parse_multipart;

void require(bool holds) {
  if (!holds) std::abort();
}

void read_type(std::string_view text) {
  const auto type = MediaRange::parse(text);
  if (!type) return;
  const auto again = MediaRange::parse(type->essence());
  require(again.has_value() && again->essence() == type->essence());
  require(again->kind() == type->kind());
  if (type->type.find('*') != std::string::npos) return;
  if (type->subtype.find('*') != std::string::npos) return;
  const auto any = MediaRange::parse("*/*");
  const auto of_type = MediaRange::parse(type->type + "/*");
  require(fit(*any, *type) > 0);
  require(fit(*of_type, *type) > fit(*any, *type));
  require(fit(*type, *type) > fit(*of_type, *type));
}

void read_parts(std::string_view boundary, std::string_view body) {
  const auto parts = parse_multipart(body, boundary);
  if (!parts) return;
  const char* at = body.data();
  for (const auto& part : *parts) {
    require(part.body.data() >= at &&
            part.body.data() + part.body.size() <= body.data() + body.size());
    at = part.body.data() + part.body.size();
  }
}

void read_items(std::string_view body) {
  for (const auto format : {ItemReader::Format::Lines, ItemReader::Format::Sequence}) {
    ItemReader items(body, format);
    size_t bytes = 0;
    while (const auto item = items.next()) {
      require(!item->empty());
      bytes += item->size();
    }
    require(bytes <= body.size());
  }
  EventReader events(body);
  while (const auto event = events.next()) {
    const auto document = faultline::json::Document::parse(*event);
    require(document.has_value() || !faultline::is_utf8(body));
    if (document) require(document->root().is_object() && document->root().find("data"));
  }
}

void decode(std::string_view body) {
  constexpr size_t kBytesMax = 1UL << 18U;
  for (const std::string_view coding : {"gzip", "deflate", "br", "zstd"}) {
    const DecodedContent decoded = decode_content(body, {&coding, 1}, kBytesMax);
    if (decoded.outcome == DecodedContent::Outcome::Decoded) {
      require(decoded.bytes.size() <= kBytesMax);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kSizeMax = 4096;
  if (size > kSizeMax) return 0;
  const std::string text(data, data + size);
  const std::string_view all = text;
  const size_t feed = std::min(all.find('\n'), all.size());
  const std::string_view head = all.substr(0, feed);
  const std::string_view body = all.substr(std::min(feed + 1, all.size()));
  read_type(head);
  read_parts(head, body);
  read_items(body);
  decode(body);
  return 0;
}

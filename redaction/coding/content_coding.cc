// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/coding/content_coding.h"

#include "proxy/base/text.h"

#include <array>
#include <utility>

namespace faultline::redaction {
namespace {

using Decoder = bool (*)(std::string_view source, DecodedSink& sink);

struct Coding {
  std::string_view name;
  Decoder decode;
};

constexpr std::array kCodings{Coding{"gzip", inflate_gzip}, Coding{"x-gzip", inflate_gzip},
                              Coding{"deflate", inflate_deflate}, Coding{"br", decode_brotli},
                              Coding{"zstd", decode_zstd}};

Decoder decoder_of(std::string_view name) {
  for (const auto& coding : kCodings) {
    if (iequals(coding.name, name)) return coding.decode;
  }
  return nullptr;
}

}  // namespace

bool DecodedSink::add(std::string_view bytes) {
  const size_t size = bytes_.size() + bytes.size();
  if (size > kDecodedBytesMax) {
    why_not_ = "too large";
  } else if (size > kRatioFreeBytes && size / kDecodedRatioMax > source_bytes_) {
    why_not_ = "ratio";
  } else {
    bytes_ += bytes;
  }
  return why_not_.empty();
}

DecodedContent decode_content(std::string_view body, std::span<const std::string_view> codings) {
  if (codings.size() > kCodingsMax) return {{}, "content-encoding"};
  DecodedContent content{std::string(body), {}};
  for (size_t i = codings.size(); i-- > 0;) {
    const Decoder decode = decoder_of(codings[i]);
    if (decode == nullptr) return {{}, "content-encoding"};
    DecodedSink sink(content.bytes.size());
    if (!decode(content.bytes, sink)) {
      return {{}, sink.why_not().empty() ? "undecodable" : sink.why_not()};
    }
    content.bytes = sink.take();
  }
  return content;
}

}  // namespace faultline::redaction

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/coding/content_coding.h"

#include "proxy/base/text.h"
#include "proxy/coding/decoders.h"

#include <array>
#include <utility>

namespace faultline::coding {
namespace {

using Outcome = DecodedContent::Outcome;
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
    if (coding.name == name) return coding.decode;
  }
  return nullptr;
}

}  // namespace

bool DecodedSink::add(std::string_view bytes) {
  const size_t size = bytes_.size() + bytes.size();
  if (size > bytes_max_) {
    outcome_ = Outcome::TooLarge;
  } else if (size > kRatioFreeBytes && size / kDecodedRatioMax > source_bytes_) {
    outcome_ = Outcome::Ratio;
  } else {
    bytes_ += bytes;
  }
  return outcome_ == Outcome::Decoded;
}

DecodedContent decode_content(std::string_view body, std::span<const std::string_view> codings,
                              size_t bytes_max) {
  if (codings.size() > kCodingsMax) return {Outcome::TooManyCodings, {}, {}};
  DecodedContent content{Outcome::Decoded, {}, std::string(body)};
  for (size_t i = codings.size(); i-- > 0;) {
    content.coding = to_lower(codings[i]);
    const Decoder decode = decoder_of(content.coding);
    if (decode == nullptr) return {Outcome::UnknownCoding, std::move(content.coding), {}};
    DecodedSink sink(content.bytes.size(), bytes_max);
    if (!decode(content.bytes, sink)) {
      const bool is_bounded = sink.outcome() != Outcome::Decoded;
      return {is_bounded ? sink.outcome() : Outcome::Malformed, std::move(content.coding), {}};
    }
    content.bytes = sink.take();
  }
  return content;
}

std::vector<std::string_view> codings_of(std::string_view field) {
  std::vector<std::string_view> codings;
  for (const std::string_view part : split(field, ',')) {
    const std::string_view coding = trim(part);
    if (!coding.empty() && !iequals(coding, "identity")) codings.push_back(coding);
  }
  return codings;
}

}  // namespace faultline::coding

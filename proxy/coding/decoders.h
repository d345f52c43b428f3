// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/coding/content_coding.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::coding {

/// Takes what a decoder puts out. False once a bound is reached.
class DecodedSink {
 public:
  DecodedSink(size_t source_bytes, size_t bytes_max)
      : source_bytes_(source_bytes), bytes_max_(bytes_max) {}
  [[nodiscard]] bool add(std::string_view bytes);
  [[nodiscard]] std::string take() { return std::move(bytes_); }
  /// The bound that was reached; otherwise Decoded.
  [[nodiscard]] DecodedContent::Outcome outcome() const noexcept { return outcome_; }

 private:
  std::string bytes_;
  size_t source_bytes_;
  size_t bytes_max_;
  DecodedContent::Outcome outcome_ = DecodedContent::Outcome::Decoded;
};

/// One decoder for each library. False when the source is not what it should be, or ends too soon.
[[nodiscard]] bool inflate_gzip(std::string_view source, DecodedSink& sink);
/// zlib format, as the standard says, or raw DEFLATE, as some servers send it.
[[nodiscard]] bool inflate_deflate(std::string_view source, DecodedSink& sink);
[[nodiscard]] bool decode_brotli(std::string_view source, DecodedSink& sink);
[[nodiscard]] bool decode_zstd(std::string_view source, DecodedSink& sink);

}  // namespace faultline::coding

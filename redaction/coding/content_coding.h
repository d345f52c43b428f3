// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

/// Content codings (RFC 9110 section 8.4.1) undone, within bounds that are checked while the bytes
/// come out, so that 16 KiB never become 500 MiB.
namespace faultline::redaction {

/// What one body may become. Beyond it nobody will read it either.
inline constexpr size_t kDecodedBytesMax = 8UL * 1024 * 1024;
/// How much larger than its source a body may become, once it is larger than kRatioFreeBytes.
inline constexpr size_t kDecodedRatioMax = 100;
inline constexpr size_t kRatioFreeBytes = 1024UL * 1024;
/// Codings on top of each other.
inline constexpr size_t kCodingsMax = 3;

struct DecodedContent {
  std::string bytes;
  std::string_view why_not;  // "content-encoding", "too large", "ratio", "undecodable"; or nothing
};

/// Undoes `codings`, which were applied in that order. Names as in the field: gzip, x-gzip,
/// deflate, br, zstd, in any case.
[[nodiscard]] DecodedContent decode_content(std::string_view body,
                                            std::span<const std::string_view> codings);

/// Takes what a decoder puts out. False once a bound is reached.
class DecodedSink {
 public:
  explicit DecodedSink(size_t source_bytes) : source_bytes_(source_bytes) {}
  [[nodiscard]] bool add(std::string_view bytes);
  [[nodiscard]] std::string take() { return std::move(bytes_); }
  [[nodiscard]] std::string_view why_not() const noexcept { return why_not_; }

 private:
  std::string bytes_;
  size_t source_bytes_;
  std::string_view why_not_;
};

/// One decoder for each library. False when the source is not what it should be, or ends too soon.
[[nodiscard]] bool inflate_gzip(std::string_view source, DecodedSink& sink);
/// zlib format, as the standard says, or raw DEFLATE, as some servers send it.
[[nodiscard]] bool inflate_deflate(std::string_view source, DecodedSink& sink);
[[nodiscard]] bool decode_brotli(std::string_view source, DecodedSink& sink);
[[nodiscard]] bool decode_zstd(std::string_view source, DecodedSink& sink);

}  // namespace faultline::redaction

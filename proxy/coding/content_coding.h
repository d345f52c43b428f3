// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Content codings (RFC 9110 section 8.4.1) undone, within bounds that are checked while the bytes
/// come out, so that 16 KiB never become 500 MiB. Pure functions, any thread.
namespace faultline::coding {

/// What one body may become. Beyond it nobody will read it either.
inline constexpr size_t kDecodedBytesMax = 8UL * 1024 * 1024;
/// How much larger than its source a body may become, once it is larger than kRatioFreeBytes.
inline constexpr size_t kDecodedRatioMax = 100;
inline constexpr size_t kRatioFreeBytes = 1024UL * 1024;
/// Codings on top of each other.
inline constexpr size_t kCodingsMax = 3;

struct DecodedContent {
  enum class Outcome : uint8_t {
    Decoded,
    UnknownCoding,   // a coding nobody here speaks: `coding`
    TooManyCodings,  // more than kCodingsMax
    TooLarge,        // more than `bytes_max`
    Ratio,           // more than kDecodedRatioMax times its source
    Malformed,       // the bytes are not of the coding they claim, or end too soon: `coding`
  };
  Outcome outcome = Outcome::Decoded;
  std::string coding;  // the last one looked at, in lower case
  std::string bytes;   // empty unless Decoded
};

/// Undoes `codings`, which were applied in that order. Names as in the field, in any case: gzip,
/// x-gzip (RFC 1952), deflate (RFC 1950, and the bare RFC 1951 that some send), br (RFC 7932), zstd
/// (RFC 8878 within the window of RFC 9659).
[[nodiscard]] DecodedContent decode_content(std::string_view body,
                                            std::span<const std::string_view> codings,
                                            size_t bytes_max = kDecodedBytesMax);

/// The codings that a value of Content-Encoding names, in order, without `identity`. Borrows.
[[nodiscard]] std::vector<std::string_view> codings_of(std::string_view field);

}  // namespace faultline::coding

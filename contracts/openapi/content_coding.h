// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::contracts::openapi {

/// A body of 1 MiB, which is what a mirror keeps, may decode to 16 times as much: text compresses
/// to a tenth. What grows beyond that is left unread.
inline constexpr size_t kDecodedBytesMax = 16UL * 1024 * 1024;
/// Codings on top of each other.
inline constexpr size_t kCodingsMax = 4;

struct DecodedBody {
  enum class Outcome : unsigned char {
    Decoded,
    NotKnown,   // a coding nobody here speaks: `coding`
    TooLarge,   // more than `bytes_max`, or too many codings
    Malformed,  // the bytes are not of the coding they claim: `coding`
  };
  Outcome outcome = Outcome::Decoded;
  std::string coding;  // in lower case; "other" when it is in no registry
  std::string bytes;
};

/// Undoes the codings in the order they were applied, the last one first (RFC 9110, section 8.4):
/// gzip (RFC 1952), deflate (RFC 1950, and the bare RFC 1951 that some send), br (RFC 7932).
[[nodiscard]] DecodedBody decode_body(std::string_view bytes,
                                      const std::vector<std::string_view>& codings,
                                      size_t bytes_max = kDecodedBytesMax);

/// The codings that the values of Content-Encoding name, in order, without `identity`.
[[nodiscard]] std::vector<std::string_view> codings_of(std::string_view field);

}  // namespace faultline::contracts::openapi

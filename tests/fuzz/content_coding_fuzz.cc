// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/coding/content_coding.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// Whatever the bytes, the first of which chooses the content codings: no crash; either there is a
// reason and no bytes, or bytes within the bounds; the same twice.

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace coding = faultline::coding;
  constexpr std::array<std::string_view, 5> kCodings{"gzip", "deflate", "br", "zstd", "compress"};
  if (size == 0) return 0;
  std::array<std::string_view, 2> codings{kCodings[data[0] % 5], kCodings[data[0] / 5 % 5]};
  const size_t count = 1 + data[0] / 25 % 2;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);

  const auto once = coding::decode_content(body, {codings.data(), count});
  const auto twice = coding::decode_content(body, {codings.data(), count});

  const bool is_within = once.bytes.size() <= coding::kDecodedBytesMax;
  const bool is_decoded = once.outcome == coding::DecodedContent::Outcome::Decoded;
  const bool has_one = is_decoded || once.bytes.empty();
  const bool is_same = once.bytes == twice.bytes && once.outcome == twice.outcome;
  if (!is_within || !has_one || !is_same) std::abort();
  return 0;
}

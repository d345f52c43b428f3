// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/coding/decoders.h"

#include <zstd.h>

#include <array>
#include <memory>

namespace faultline::coding {
namespace {

struct Free {
  void operator()(ZSTD_DStream* stream) const noexcept { ZSTD_freeDStream(stream); }
};

// RFC 9659: a window of more than 8 MiB is not for content coding.
constexpr int kWindowLogMax = 23;

}  // namespace

bool decode_zstd(std::string_view source, DecodedSink& sink) {
  const std::unique_ptr<ZSTD_DStream, Free> stream(ZSTD_createDStream());
  if (!stream) return false;
  if (ZSTD_isError(ZSTD_DCtx_setParameter(stream.get(), ZSTD_d_windowLogMax, kWindowLogMax)) != 0) {
    return false;
  }
  std::array<char, 64UL * 1024> out{};
  ZSTD_inBuffer in{source.data(), source.size(), 0};
  for (;;) {
    ZSTD_outBuffer piece{out.data(), out.size(), 0};
    // The result is 0 at the end of a frame; several may follow each other (RFC 8878 section 3).
    const size_t result = ZSTD_decompressStream(stream.get(), &piece, &in);
    if (ZSTD_isError(result) != 0 || !sink.add({out.data(), piece.pos})) return false;
    if (in.pos == in.size && piece.pos < out.size()) return result == 0 && !source.empty();
  }
}

}  // namespace faultline::coding

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/coding/decoders.h"

#include <brotli/decode.h>

#include <array>
#include <memory>

namespace faultline::coding {
namespace {

struct Destroy {
  void operator()(BrotliDecoderState* state) const noexcept { BrotliDecoderDestroyInstance(state); }
};

}  // namespace

bool decode_brotli(std::string_view source, DecodedSink& sink) {
  const std::unique_ptr<BrotliDecoderState, Destroy> state(
      BrotliDecoderCreateInstance(nullptr, nullptr, nullptr));
  if (!state) return false;
  const auto* next_in = reinterpret_cast<const uint8_t*>(source.data());
  size_t available_in = source.size();
  std::array<char, 64UL * 1024> out{};
  for (;;) {
    auto* next_out = reinterpret_cast<uint8_t*>(out.data());
    size_t available_out = out.size();
    const auto result = BrotliDecoderDecompressStream(state.get(), &available_in, &next_in,
                                                      &available_out, &next_out, nullptr);
    if (!sink.add({out.data(), out.size() - available_out})) return false;
    if (result == BROTLI_DECODER_RESULT_SUCCESS) return available_in == 0;
    // An error, or an end before the stream's.
    if (result != BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) return false;
  }
}

}  // namespace faultline::coding

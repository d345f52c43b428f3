// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/content_coding.h"

#include "proxy/base/text.h"

#include <brotli/decode.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <utility>

namespace faultline::contracts::openapi {
namespace {

using Outcome = DecodedBody::Outcome;

constexpr size_t kStep = 64UL * 1024;
/// RFC 1950 and 1952 by their heads; without one, for RFC 1951.
constexpr int kWindowWithHead = 15 + 32;
constexpr int kWindowBare = -15;

class Inflater {
 public:
  explicit Inflater(int window) { is_open_ = inflateInit2(&stream_, window) == Z_OK; }
  ~Inflater() {
    if (is_open_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  Outcome run(std::string_view bytes, size_t bytes_max, std::string& out) {
    if (!is_open_) return Outcome::Malformed;
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    while (true) {
      const size_t before = out.size();
      out.resize(before + kStep);
      stream_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
      stream_.avail_out = static_cast<uInt>(kStep);
      const int status = inflate(&stream_, Z_NO_FLUSH);
      out.resize(out.size() - stream_.avail_out);
      if (out.size() > bytes_max) return Outcome::TooLarge;
      if (status == Z_STREAM_END) {
        // A gzip file may have several members, one behind the other (RFC 1952, section 2.2).
        if (stream_.avail_in == 0) return Outcome::Decoded;
        if (inflateReset(&stream_) != Z_OK) return Outcome::Malformed;
        continue;
      }
      if (status != Z_OK || (stream_.avail_in == 0 && stream_.avail_out != 0)) {
        return Outcome::Malformed;
      }
    }
  }

 private:
  z_stream stream_ = {};
  bool is_open_ = false;
};

Outcome inflate_all(std::string_view bytes, bool may_be_bare, size_t bytes_max, std::string& out) {
  const Outcome outcome = Inflater(kWindowWithHead).run(bytes, bytes_max, out);
  if (outcome != Outcome::Malformed || !may_be_bare) return outcome;
  out.clear();
  return Inflater(kWindowBare).run(bytes, bytes_max, out);
}

Outcome unbrotli(std::string_view bytes, size_t bytes_max, std::string& out) {
  const std::unique_ptr<BrotliDecoderState, void (*)(BrotliDecoderState*)> state(
      BrotliDecoderCreateInstance(nullptr, nullptr, nullptr), BrotliDecoderDestroyInstance);
  if (!state) return Outcome::Malformed;
  const auto* next_in = reinterpret_cast<const uint8_t*>(bytes.data());
  size_t left_in = bytes.size();
  while (true) {
    const size_t before = out.size();
    out.resize(before + kStep);
    auto* next_out = reinterpret_cast<uint8_t*>(out.data() + before);
    size_t left_out = kStep;
    const BrotliDecoderResult result = BrotliDecoderDecompressStream(
        state.get(), &left_in, &next_in, &left_out, &next_out, nullptr);
    out.resize(out.size() - left_out);
    if (out.size() > bytes_max) return Outcome::TooLarge;
    if (result == BROTLI_DECODER_RESULT_SUCCESS) {
      return left_in == 0 ? Outcome::Decoded : Outcome::Malformed;
    }
    if (result != BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) return Outcome::Malformed;
  }
}

/// Reasons are written down, so they name only what is in IANA's registry: the rest is traffic.
std::string known_name(std::string coding) {
  constexpr std::array<std::string_view, 8> kNames = {
      "compress", "x-compress", "zstd", "exi", "dcb", "dcz", "aes128gcm", "pack200-gzip"};
  const bool is_known = std::find(kNames.begin(), kNames.end(), coding) != kNames.end();
  return is_known ? coding : "other";
}

}  // namespace

std::vector<std::string_view> codings_of(std::string_view field) {
  std::vector<std::string_view> codings;
  for (const std::string_view part : split(field, ',')) {
    const std::string_view coding = trim(part);
    if (!coding.empty() && !iequals(coding, "identity")) codings.push_back(coding);
  }
  return codings;
}

DecodedBody decode_body(std::string_view bytes, const std::vector<std::string_view>& codings,
                        size_t bytes_max) {
  DecodedBody body;
  body.bytes = bytes;
  if (codings.size() > kCodingsMax) body.outcome = Outcome::TooLarge;
  for (size_t i = codings.size(); i > 0 && body.outcome == Outcome::Decoded; --i) {
    body.coding = to_lower(codings[i - 1]);
    std::string out;
    if (body.coding == "gzip" || body.coding == "x-gzip" || body.coding == "deflate") {
      body.outcome = inflate_all(body.bytes, body.coding == "deflate", bytes_max, out);
    } else if (body.coding == "br") {
      body.outcome = unbrotli(body.bytes, bytes_max, out);
    } else {
      body.outcome = Outcome::NotKnown;
      body.coding = known_name(std::move(body.coding));
    }
    body.bytes = std::move(out);
  }
  return body;
}

}  // namespace faultline::contracts::openapi

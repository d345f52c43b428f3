// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/coding/decoders.h"

#include <zlib.h>

#include <array>

namespace faultline::coding {
namespace {

// zlib's windowBits: 15 for zlib format, + 16 for gzip, negative for neither.
constexpr int kGzip = 15 + 16;
constexpr int kZlib = 15;
constexpr int kRaw = -15;

class Inflater {
 public:
  explicit Inflater(int format) : is_open_(inflateInit2(&stream_, format) == Z_OK) {}
  ~Inflater() {
    if (is_open_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  bool run(std::string_view source, DecodedSink& sink) {
    if (!is_open_) return false;
    // zlib takes a pointer to mutable bytes and does not change them.
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(source.data()));
    stream_.avail_in = static_cast<uInt>(source.size());
    for (;;) {
      stream_.next_out = reinterpret_cast<Bytef*>(out_.data());
      stream_.avail_out = static_cast<uInt>(out_.size());
      const int result = inflate(&stream_, Z_NO_FLUSH);
      if (result != Z_OK && result != Z_STREAM_END) return false;
      if (!sink.add({out_.data(), out_.size() - stream_.avail_out})) return false;
      if (result != Z_STREAM_END) continue;
      if (stream_.avail_in == 0) return true;
      // RFC 1952 section 2.2: a file may have several members.
      if (inflateReset(&stream_) != Z_OK) return false;
    }
  }

 private:
  z_stream stream_{};
  bool is_open_;
  std::array<char, 64UL * 1024> out_{};
};

}  // namespace

bool inflate_gzip(std::string_view source, DecodedSink& sink) {
  return Inflater(kGzip).run(source, sink);
}

bool inflate_deflate(std::string_view source, DecodedSink& sink) {
  // RFC 1950 section 2.2: method 8 in the low bits, and a header that 31 divides.
  const bool is_zlib =
      source.size() >= 2 && (source[0] & 0x0F) == 8 &&
      (static_cast<unsigned char>(source[0]) * 256U + static_cast<unsigned char>(source[1])) %
              31U ==
          0;
  return Inflater(is_zlib ? kZlib : kRaw).run(source, sink);
}

}  // namespace faultline::coding

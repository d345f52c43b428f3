// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstdint>
#include <string_view>

namespace faultline::http {

/// Cuts a chunked body (RFC 9112 7.1) into pieces up to the end of its last-chunk line; the
/// trailer section is not its business. The Framing and Payload pieces, in order, are the body as
/// it is forwarded: what arrived without chunk extensions and without leading zeros in sizes.
///
/// A plain value: a copy of it can look ahead. Works on any segmentation and keeps no bytes.
class ChunkDecoder {
 public:
  enum class PieceKind : uint8_t {
    NeedMore,  // all bytes were looked at
    Payload,
    Framing,
    LoneZero,  // Framing "0" whose digit is not among the bytes at hand
    Done,      // the last-chunk line ended; `offset` is behind it
    Error,     // error() says why
  };
  struct Piece {
    PieceKind kind = PieceKind::NeedMore;
    uint32_t begin = 0;  // of Payload and Framing
    uint32_t end = 0;
  };

  /// The next piece of `bytes` from `offset` on, which moves forward.
  [[nodiscard]] Piece next(std::string_view bytes, uint32_t& offset) noexcept;
  [[nodiscard]] std::string_view error() const noexcept { return error_; }
  [[nodiscard]] bool is_done() const noexcept { return state_ == State::Done; }

 private:
  enum class State : uint8_t {
    Size,
    SizeLf,
    ExtensionStart,
    Extension,
    Data,
    DataCr,
    DataLf,
    Done
  };

  enum class Verdict : uint8_t { Keep, Drop, Fail };

  Piece next_framing(std::string_view bytes, uint32_t& offset) noexcept;
  Verdict take_byte(char c) noexcept;
  Verdict take_size_byte(char c) noexcept;
  Verdict take_extension_byte(char c) noexcept;
  Verdict count_extension_byte() noexcept;
  Verdict fail(std::string_view reason) noexcept;

  uint64_t remaining_ = 0;        // of the chunk size while it is read, then of the data
  uint32_t extension_bytes_ = 0;  // of the whole message
  uint8_t digits_ = 0;            // of the chunk size, leading zeros included
  bool is_zero_written_ = false;  // the "0" of the last chunk is out
  State state_ = State::Size;
  std::string_view error_;
};

}  // namespace faultline::http

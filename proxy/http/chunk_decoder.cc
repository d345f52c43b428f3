// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// Chunk of a body, and what is forwarded of it:
//   size        1*16 HEXDIG  without leading zeros
//   extensions  *( ";" ... ) dropped
//   CRLF        2            kept
//   data        size bytes   kept
//   CRLF        2            kept
#include "proxy/http/chunk_decoder.h"

#include "proxy/base/limits.h"
#include "proxy/base/text.h"
#include "proxy/http/reasons.h"
#include "proxy/http/tokens.h"

#include <algorithm>

namespace faultline::http {
namespace {

int hex_digit_value(char c) {
  if (is_ascii_digit(c)) return c - '0';
  const char lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

ChunkDecoder::Piece ChunkDecoder::next(std::string_view bytes, uint32_t& offset) noexcept {
  if (!error_.empty()) return {PieceKind::Error};
  if (state_ == State::Done) return {PieceKind::Done};
  if (state_ != State::Data) return next_framing(bytes, offset);

  const uint64_t available = bytes.size() - offset;
  if (available == 0) return {PieceKind::NeedMore};
  const auto length = static_cast<uint32_t>(std::min(remaining_, available));
  const Piece piece{PieceKind::Payload, offset, offset + length};
  offset += length;
  remaining_ -= length;
  if (remaining_ == 0) state_ = State::DataCr;
  return piece;
}

// One run of neighbouring bytes that are forwarded; it ends where bytes are left out, where data
// begins, and behind the last chunk.
ChunkDecoder::Piece ChunkDecoder::next_framing(std::string_view bytes, uint32_t& offset) noexcept {
  uint32_t begin = offset;
  while (offset < bytes.size()) {
    const char c = bytes[offset];
    const bool ends_size = c == '\r' || c == ';';
    if (state_ == State::Size && ends_size && digits_ > 0 && remaining_ == 0 && !is_zero_written_) {
      // All digits were left out as leading zeros; the last of them is the size.
      is_zero_written_ = true;
      if (offset == 0) return {PieceKind::LoneZero};
      begin = offset - 1;
    }
    const Verdict verdict = take_byte(c);
    if (verdict == Verdict::Fail) return {PieceKind::Error};
    if (verdict == Verdict::Drop) {
      const Piece piece{PieceKind::Framing, begin, offset};
      begin = ++offset;
      if (piece.end > piece.begin) return piece;
      continue;
    }
    ++offset;
    if (state_ == State::Data || state_ == State::Done) break;
  }
  if (begin == offset) return {PieceKind::NeedMore};
  return {PieceKind::Framing, begin, offset};
}

ChunkDecoder::Verdict ChunkDecoder::take_byte(char c) noexcept {
  switch (state_) {
    case State::Size:
      return take_size_byte(c);
    case State::ExtensionStart:
    case State::Extension:
      return take_extension_byte(c);
    case State::SizeLf:
      if (c != '\n') return fail(reason::kInvalidChunkSize);
      state_ = remaining_ == 0 ? State::Done : State::Data;
      return Verdict::Keep;
    case State::DataCr:
      if (c != '\r') return fail(reason::kInvalidChunkEnd);
      state_ = State::DataLf;
      return Verdict::Keep;
    case State::DataLf:
      if (c != '\n') return fail(reason::kInvalidChunkEnd);
      digits_ = 0;
      is_zero_written_ = false;
      state_ = State::Size;
      return Verdict::Keep;
    case State::Data:
    case State::Done:
      break;
  }
  return fail(reason::kInvalidChunkSize);
}

ChunkDecoder::Verdict ChunkDecoder::take_size_byte(char c) noexcept {
  const int digit = hex_digit_value(c);
  if (digit >= 0) {
    if (++digits_ > limits::kChunkSizeDigits) return fail(reason::kInvalidChunkSize);
    const bool is_leading_zero = remaining_ == 0 && digit == 0;
    remaining_ = (remaining_ << 4U) | static_cast<unsigned>(digit);
    return is_leading_zero ? Verdict::Drop : Verdict::Keep;
  }
  // A size above 2^63-1 would overflow signed arithmetic in whoever comes next.
  if (digits_ == 0 || (remaining_ >> 63U) != 0) return fail(reason::kInvalidChunkSize);
  if (c == '\r') {
    state_ = State::SizeLf;
    return Verdict::Keep;
  }
  if (c != ';') return fail(reason::kInvalidChunkSize);
  state_ = State::ExtensionStart;
  return count_extension_byte();
}

ChunkDecoder::Verdict ChunkDecoder::take_extension_byte(char c) noexcept {
  const bool is_first = state_ == State::ExtensionStart;
  if (c == '\r' && !is_first) {
    state_ = State::SizeLf;
    return Verdict::Keep;
  }
  const bool is_allowed =
      is_first ? is_in_class(c, kTokenChar) : is_in_class(c, kValueChar) && c != '\t';
  if (!is_allowed) return fail(reason::kInvalidChunkExtension);
  state_ = State::Extension;
  return count_extension_byte();
}

ChunkDecoder::Verdict ChunkDecoder::count_extension_byte() noexcept {
  if (++extension_bytes_ > limits::kChunkExtensionBytes) {
    return fail(reason::kChunkExtensionsTooLarge);
  }
  return Verdict::Drop;
}

ChunkDecoder::Verdict ChunkDecoder::fail(std::string_view reason) noexcept {
  error_ = reason;
  return Verdict::Fail;
}

}  // namespace faultline::http

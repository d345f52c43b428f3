// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/buffer/block.h"
#include "proxy/http/chunk_decoder.h"
#include "proxy/http/framing.h"
#include "proxy/http/message.h"
#include "proxy/http/trailer_reader.h"

#include <cstdint>
#include <optional>

namespace faultline::http {

/// Cuts the body of one message out of the input. Each slice is looked through to its end first
/// (check), so that nothing of a slice with an error in it is handed on, and then taken apart
/// (next). Nothing is stored in between: the look ahead works on a copy of the decoder.
class H1BodyReader {
 public:
  explicit H1BodyReader(buffer::BlockPool& pool) : trailers_(pool) {}

  void begin(Framing framing);
  /// Looks through `in` from `offset`. Once for each slice, before next().
  [[nodiscard]] std::optional<Rejection> check(const buffer::Slice& in, uint32_t offset);
  /// The next part of the checked slice; false when it holds no more of this body.
  [[nodiscard]] bool next(const buffer::Slice& in, uint32_t& offset, BodyPart& part);

  /// Behind the message: drops what was held of it, so that an idle connection pins no block.
  void end();

  [[nodiscard]] bool is_complete() const noexcept { return is_complete_; }
  [[nodiscard]] bool ends_with_connection() const noexcept {
    return framing_ == BodyFraming::UntilClose;
  }
  [[nodiscard]] const Fields& trailers() const noexcept { return trailers_.fields(); }
  [[nodiscard]] uint64_t stripped_trailers() const noexcept { return trailers_.stripped(); }

 private:
  bool next_chunked(const buffer::Slice& in, uint32_t& offset, BodyPart& part);

  BodyFraming framing_ = BodyFraming::None;
  bool is_complete_ = true;
  bool are_trailers_complete_ = false;
  uint32_t trailers_end_ = 0;  // in the checked slice
  uint64_t remaining_ = 0;     // of a Length body
  ChunkDecoder chunks_;
  TrailerReader trailers_;
};

}  // namespace faultline::http

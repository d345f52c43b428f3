// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/buffer/block.h"
#include "proxy/http/message.h"

#include <cstdint>
#include <string>

namespace faultline::http {

/// Reads the trailer section of a chunked body up to its empty line. It is held until it is
/// complete, because its last line may still refuse the message.
class TrailerReader {
 public:
  enum class State : uint8_t { NeedMore, Complete, Rejected };

  explicit TrailerReader(buffer::BlockPool& pool) : pool_(pool) {}

  /// Makes ready for the next section.
  void reset();
  /// Reads `in` from `offset`, which moves behind what was taken.
  [[nodiscard]] State read(const buffer::Slice& in, uint32_t& offset);

  /// After Complete: the fields that are forwarded, valid until reset(), and the section as it is
  /// forwarded, with its empty line.
  [[nodiscard]] const Fields& fields() const noexcept { return fields_; }
  [[nodiscard]] const buffer::Slice& bytes() const noexcept { return bytes_; }
  [[nodiscard]] const Rejection& rejection() const noexcept { return rejection_; }
  /// Fields removed since construction.
  [[nodiscard]] uint64_t stripped() const noexcept { return stripped_; }

 private:
  State take_line();
  State complete(const buffer::Slice& in, uint32_t end);
  State reject(int status, std::string_view reason);

  buffer::BlockPool& pool_;
  std::string kept_;       // the section so far
  size_t line_begin_ = 0;  // of the current line in kept_
  size_t lines_ = 0;
  Fields fields_;
  buffer::Slice source_;  // what the fields borrow from
  buffer::Slice bytes_;
  Rejection rejection_;
  uint64_t stripped_ = 0;
};

}  // namespace faultline::http

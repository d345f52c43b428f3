// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace faultline::filters {

/// What a byte of a message on the wire belongs to.
enum class WirePart : uint8_t {
  Head,     // up to and with the empty line
  Framing,  // chunk lines before the last
  Payload,  // content
  End,      // the last chunk and the trailer section
};

/// Tells the parts of one HTTP/1 message apart as this proxy writes it: the head, then a body whose
/// chunk sizes have neither extensions nor leading zeros. Trusts its input, which a parser accepted
/// before; works on any segmentation and keeps no bytes.
class WireScanner {
 public:
  struct Run {
    WirePart part = WirePart::Head;
    size_t bytes = 0;  // at least 1
  };
  explicit WireScanner(bool is_chunked) noexcept : is_chunked_(is_chunked) {}

  /// The run at the front of `bytes`, which must not be empty. They count as seen.
  [[nodiscard]] Run next(std::string_view bytes) noexcept;

 private:
  enum class State : uint8_t { Head, Size, SizeRest, Data, DataEnd, Body, End };

  size_t scan_head(std::string_view bytes) noexcept;
  size_t scan_size(std::string_view bytes) noexcept;

  bool is_chunked_;
  State state_ = State::Head;
  uint8_t matched_ = 0;  // of the empty line, or of the line end behind chunk data
  uint64_t remaining_ = 0;
};

}  // namespace faultline::filters

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/wire_scanner.h"

#include <algorithm>

namespace faultline::filters {
namespace {

constexpr std::string_view kEmptyLine = "\r\n\r\n";

uint64_t hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<uint64_t>(c - '0');
  return static_cast<uint64_t>((c | 0x20) - 'a') + 10;
}

}  // namespace

size_t WireScanner::scan_head(std::string_view bytes) noexcept {
  for (size_t i = 0; i < bytes.size(); ++i) {
    const bool goes_on = bytes[i] == kEmptyLine[matched_];
    matched_ = goes_on ? static_cast<uint8_t>(matched_ + 1) : (bytes[i] == '\r' ? 1 : 0);
    if (matched_ < kEmptyLine.size()) continue;
    matched_ = 0;
    state_ = is_chunked_ ? State::Size : State::Body;
    return i + 1;
  }
  return bytes.size();
}

// The rest of a chunk line: digits, CR, LF.
size_t WireScanner::scan_size(std::string_view bytes) noexcept {
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] == '\n') {
      state_ = State::Data;
      return i + 1;
    }
    if (bytes[i] != '\r') remaining_ = remaining_ * 16 + hex_digit(bytes[i]);
  }
  return bytes.size();
}

WireScanner::Run WireScanner::next(std::string_view bytes) noexcept {
  switch (state_) {
    case State::Head:
      return {WirePart::Head, scan_head(bytes)};
    case State::Size:
      // Without leading zeros, a size that begins with one is the last.
      if (bytes.front() == '0') {
        state_ = State::End;
        return {WirePart::End, bytes.size()};
      }
      remaining_ = 0;
      state_ = State::SizeRest;
      return {WirePart::Framing, scan_size(bytes)};
    case State::SizeRest:
      return {WirePart::Framing, scan_size(bytes)};
    case State::Data: {
      const auto run = static_cast<size_t>(std::min<uint64_t>(remaining_, bytes.size()));
      remaining_ -= run;
      if (remaining_ == 0) state_ = State::DataEnd;
      return {WirePart::Payload, run};
    }
    case State::DataEnd: {
      const size_t run = std::min<size_t>(bytes.size(), 2U - matched_);
      matched_ = static_cast<uint8_t>(matched_ + run);
      if (matched_ == 2) {
        matched_ = 0;
        state_ = State::Size;
      }
      return {WirePart::Framing, run};
    }
    case State::Body:
      return {WirePart::Payload, bytes.size()};
    case State::End:
      break;
  }
  return {WirePart::End, bytes.size()};
}

}  // namespace faultline::filters

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/json_escape.h"

#include <algorithm>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <string_view>
#include <vector>

namespace faultline::record {

/// Text that grows piece by piece and then goes to a file. Unlike a string it is written to
/// directly: room that was made once stays, so that a piece costs its bytes.
class LineBuffer final {
 public:
  void append(std::string_view text) {
    text.copy(room(text.size()), text.size());
    size_ += text.size();
  }
  template <std::integral Number>
  void append_number(Number value) {
    char* const at = room(kDigitsMax);
    size_ = offset_of(std::to_chars(at, at + kDigitsMax, value).ptr);
  }
  /// As the inside of a JSON string.
  void append_escaped(std::string_view text) {
    do {
      char* const at = room(text.size() + kJsonEscapeRoom);
      size_ = offset_of(json_escape_some(text, at, bytes_.data() + bytes_.size()));
    } while (!text.empty());
  }
  /// As a JSON string.
  void append_quoted(std::string_view text) {
    append("\"");
    append_escaped(text);
    append("\"");
  }
  void clear() noexcept { size_ = 0; }

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] size_t size() const noexcept { return size_; }
  [[nodiscard]] std::string_view view() const noexcept { return {bytes_.data(), size_}; }

 private:
  static constexpr size_t kDigitsMax = 20;  // of 64 bits, with a sign

  [[nodiscard]] size_t offset_of(const char* at) const noexcept {
    return static_cast<size_t>(at - bytes_.data());
  }
  /// Where as many bytes may be written.
  [[nodiscard]] char* room(size_t bytes) {
    if (bytes_.size() - size_ < bytes) [[unlikely]] {
      grow(bytes);
    }
    return bytes_.data() + size_;
  }
  void grow(size_t bytes) { bytes_.resize(std::max(bytes_.size() * 2, size_ + bytes)); }

  std::vector<char> bytes_;  // as many as there is room
  size_t size_ = 0;          // of them, the text
};

}  // namespace faultline::record

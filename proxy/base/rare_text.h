// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <memory>
#include <string>
#include <utility>

namespace faultline {

/// A text that mostly is not there, in an object that is moved about: an empty one is a null
/// pointer, which costs next to nothing to copy and to move. A value.
class RareText {
 public:
  RareText() = default;
  RareText(std::string text)  // NOLINT(google-explicit-constructor)
      : text_(text.empty() ? nullptr : std::make_unique<const std::string>(std::move(text))) {}
  RareText(const char* text)  // NOLINT(google-explicit-constructor)
      : RareText(std::string(text)) {}
  RareText(const RareText& other)
      : text_(other.empty() ? nullptr : std::make_unique<const std::string>(*other.text_)) {}
  RareText& operator=(const RareText& other) { return *this = RareText(other); }
  RareText(RareText&&) noexcept = default;
  RareText& operator=(RareText&&) noexcept = default;
  ~RareText() = default;

  [[nodiscard]] bool empty() const noexcept { return text_ == nullptr; }
  [[nodiscard]] std::string str() const { return empty() ? std::string() : *text_; }

 private:
  std::unique_ptr<const std::string> text_;
};

}  // namespace faultline

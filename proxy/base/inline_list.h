// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace faultline {

/// A list whose first elements lie in the object itself, for the many that nearly always have one
/// or two: only a longer one takes memory.
template <typename T, size_t kInline>
class InlineList {
  static_assert(std::is_trivially_copyable_v<T>, "elements are copied when the list moves out");

 public:
  InlineList() = default;
  InlineList(const InlineList&) = default;
  InlineList& operator=(const InlineList&) = default;
  /// A list that was moved from is empty.
  InlineList(InlineList&& other) noexcept
      : inline_(other.inline_), size_(std::exchange(other.size_, 0)), more_(take(other)) {}
  InlineList& operator=(InlineList&& other) noexcept {
    inline_ = other.inline_;
    size_ = std::exchange(other.size_, 0);
    more_ = take(other);
    return *this;
  }
  ~InlineList() = default;

  void push_back(T element) {
    if (more_.empty() && size_ < kInline) {
      inline_[size_++] = element;
    } else {
      spill(element);
    }
  }
  /// Drops all elements behind the first `size`.
  void cut_to(size_t size) noexcept {
    if (size < size_) size_ = size;
    if (size < more_.size()) more_.resize(size);
  }

  [[nodiscard]] size_t size() const noexcept { return size_ + more_.size(); }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  [[nodiscard]] const T* data() const noexcept {
    return more_.empty() ? inline_.data() : more_.data();
  }
  [[nodiscard]] const T& operator[](size_t position) const noexcept { return data()[position]; }
  [[nodiscard]] const T& front() const noexcept { return data()[0]; }
  [[nodiscard]] const T* begin() const noexcept { return data(); }
  [[nodiscard]] const T* end() const noexcept { return data() + size(); }
  /// Valid until the list changes.
  [[nodiscard]] std::span<const T> span() const noexcept { return {data(), size()}; }

 private:
  [[gnu::noinline]] void spill(T element) {
    if (more_.empty()) {
      more_.reserve(2 * kInline);
      more_.assign(inline_.begin(), inline_.end());
      size_ = 0;
    }
    more_.push_back(element);
  }
  [[nodiscard]] static std::vector<T> take(InlineList& other) noexcept {
    return std::exchange(other.more_, {});
  }

  std::array<T, kInline> inline_{};
  size_t size_ = 0;      // of them in use; 0 once there are more
  std::vector<T> more_;  // then: all elements
};

}  // namespace faultline

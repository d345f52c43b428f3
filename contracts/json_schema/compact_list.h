// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace faultline::contracts::json_schema {

/// A list as small as a pointer. A schema has a dozen kinds of parts and nearly none of each, so
/// the size of what is not there decides how much a compiled schema holds.
///
///   null                           empty
///   -> [count] [element] [...]     one block of exactly that size
template <typename T>
class CompactList {
 public:
  CompactList() = default;
  explicit CompactList(std::vector<T> elements) {
    if (elements.empty()) return;
    block_ = static_cast<std::byte*>(::operator new(kHeader + elements.size() * sizeof(T)));
    new (block_) Count(static_cast<Count>(elements.size()));
    std::uninitialized_move(elements.begin(), elements.end(), place());
  }
  CompactList(CompactList&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  CompactList& operator=(CompactList&& other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  CompactList& operator=(std::vector<T> elements) {
    return *this = CompactList(std::move(elements));
  }
  CompactList(const CompactList&) = delete;
  CompactList& operator=(const CompactList&) = delete;
  ~CompactList() {
    if (block_ == nullptr) return;
    std::destroy_n(place(), size());
    ::operator delete(block_);
  }

  /// Moves all elements: for the odd one. Lists are collected in a vector.
  void push_back(T element) {
    std::vector<T> elements;
    elements.reserve(size() + 1);
    std::move(begin(), end(), std::back_inserter(elements));
    elements.push_back(std::move(element));
    *this = std::move(elements);
  }

  [[nodiscard]] bool empty() const noexcept { return block_ == nullptr; }
  [[nodiscard]] uint32_t size() const noexcept {
    return empty() ? 0 : *std::launder(static_cast<const Count*>(static_cast<const void*>(block_)));
  }
  [[nodiscard]] T* begin() noexcept { return empty() ? nullptr : place(); }
  [[nodiscard]] T* end() noexcept { return begin() + size(); }
  [[nodiscard]] const T* begin() const noexcept { return empty() ? nullptr : place(); }
  [[nodiscard]] const T* end() const noexcept { return begin() + size(); }
  [[nodiscard]] T& operator[](size_t position) noexcept { return place()[position]; }
  [[nodiscard]] const T& operator[](size_t position) const noexcept { return place()[position]; }
  /// Bytes on the heap, without what the elements hold.
  [[nodiscard]] size_t bytes() const noexcept { return empty() ? 0 : kHeader + size() * sizeof(T); }

 private:
  using Count = uint32_t;
  static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
  static constexpr size_t kHeader = std::max(sizeof(Count), alignof(T));

  [[nodiscard]] T* place() const noexcept {
    return static_cast<T*>(static_cast<void*>(block_ + kHeader));
  }

  std::byte* block_ = nullptr;
};

}  // namespace faultline::contracts::json_schema

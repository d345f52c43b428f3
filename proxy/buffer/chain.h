// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/assert.h"
#include "proxy/buffer/block.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <sys/uio.h>

namespace faultline::buffer {

/// A queue of slices: what a reader fills and a writer drains. Moving slices from one chain to
/// another copies no byte. The first slices live in the chain itself: a short one costs no
/// allocation. Movable (a chain moved from is empty); used on one worker.
class Chain {
 public:
  Chain() = default;
  Chain(Chain&& other) noexcept { steal(other); }
  Chain& operator=(Chain&& other) noexcept {
    if (this != &other) {
      drop_storage();
      steal(other);
    }
    return *this;
  }
  Chain(const Chain&) = delete;
  Chain& operator=(const Chain&) = delete;
  ~Chain() {
    if (slots_ != inline_) delete[] slots_;
  }

  [[nodiscard]] size_t size() const noexcept { return bytes_; }
  [[nodiscard]] bool empty() const noexcept { return bytes_ == 0; }
  [[nodiscard]] size_t slice_count() const noexcept { return end_ - head_; }
  [[nodiscard]] std::span<const Slice> slices() const noexcept {
    return {slots_ + head_, slots_ + end_};
  }

  /// Appends; a slice that continues the last one in its block is merged into it. Empty slices
  /// are dropped.
  void append(Slice slice) {
    const uint32_t length = slice.size();
    if (length == 0) return;
    bytes_ += length;
    if (end_ > head_ && slots_[end_ - 1].is_followed_by(slice)) {
      slots_[end_ - 1].length_ += length;
      return;
    }
    if (end_ == capacity_) make_room();
    slots_[end_++] = std::move(slice);
  }
  void append(Chain&& other);
  void prepend(Slice slice);
  /// Drops `bytes` from the front; at most size().
  void advance(size_t bytes) noexcept;
  /// Moves the first `bytes` out; at most size().
  [[nodiscard]] Chain take(size_t bytes);
  void clear() noexcept;

  /// For a queue that may stay: when many small slices at the end each hold a block of their own,
  /// copies them together. Bounds what a chain pins to a small multiple of what it holds.
  void pack(BlockPool& pool);

  /// Fills `out` from the front; returns how many entries are used.
  [[nodiscard]] size_t iov(std::span<iovec> out) const noexcept;
  [[nodiscard]] std::string to_string() const;

 private:
  static constexpr uint32_t kInlineSlices = 2;

  void steal(Chain& other) noexcept;
  void drop_storage() noexcept;
  void make_room();

  Slice* slots_ = inline_;  // live ones are [head_, end_); all others are empty slices
  uint32_t head_ = 0;
  uint32_t end_ = 0;
  uint32_t capacity_ = kInlineSlices;
  size_t bytes_ = 0;
  Slice inline_[kInlineSlices];
};

}  // namespace faultline::buffer

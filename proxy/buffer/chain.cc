// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/buffer/chain.h"

#include <algorithm>
#include <cstring>

namespace faultline::buffer {
namespace {

// A slice below this pins more than eight times its own size.
constexpr uint32_t kSmallSliceBytes = limits::kBlockBytes / 8;
// As many small slices may stand at the end before they are copied together.
constexpr size_t kSmallSlicesMax = 16;

}  // namespace

void Chain::steal(Chain& other) noexcept {
  head_ = std::exchange(other.head_, 0);
  end_ = std::exchange(other.end_, 0);
  bytes_ = std::exchange(other.bytes_, 0);
  if (other.slots_ == other.inline_) {
    slots_ = inline_;
    capacity_ = kInlineSlices;
    for (uint32_t i = head_; i < end_; ++i) {
      inline_[i] = std::move(other.inline_[i]);
    }
    return;
  }
  slots_ = std::exchange(other.slots_, other.inline_);
  capacity_ = std::exchange(other.capacity_, kInlineSlices);
}

void Chain::drop_storage() noexcept {
  clear();
  if (slots_ != inline_) delete[] slots_;
  slots_ = inline_;
  capacity_ = kInlineSlices;
}

// Moves the live slices to the front of their storage, or to storage of twice the size when more
// than half of it is live.
void Chain::make_room() {
  const uint32_t live = end_ - head_;
  Slice* target = slots_;
  if (head_ == 0 || live > capacity_ / 2) {
    target = new Slice[size_t{capacity_} * 2];
  }
  for (uint32_t i = 0; i < live; ++i) {
    target[i] = std::move(slots_[head_ + i]);
  }
  if (target != slots_) {
    if (slots_ != inline_) delete[] slots_;
    slots_ = target;
    capacity_ *= 2;
  }
  head_ = 0;
  end_ = live;
}

void Chain::append(Chain&& other) {
  FL_DASSERT(this != &other);
  if (empty()) {
    *this = std::move(other);
    return;
  }
  for (uint32_t i = other.head_; i < other.end_; ++i) {
    append(std::move(other.slots_[i]));
  }
  other.head_ = 0;
  other.end_ = 0;
  other.bytes_ = 0;
}

void Chain::prepend(Slice slice) {
  if (slice.empty()) return;
  bytes_ += slice.size();
  if (head_ > 0) {
    slots_[--head_] = std::move(slice);
    return;
  }
  if (end_ == capacity_) make_room();
  std::move_backward(slots_, slots_ + end_, slots_ + end_ + 1);
  ++end_;
  slots_[0] = std::move(slice);
}

void Chain::advance(size_t bytes) noexcept {
  FL_DASSERT(bytes <= bytes_);
  bytes_ -= bytes;
  while (bytes > 0) {
    Slice& front = slots_[head_];
    if (bytes < front.length_) {
      front.data_ += bytes;
      front.length_ -= static_cast<uint32_t>(bytes);
      return;
    }
    bytes -= front.length_;
    front = Slice();
    ++head_;
  }
  if (head_ == end_) {
    head_ = 0;
    end_ = 0;
  }
}

Chain Chain::take(size_t bytes) {
  FL_DASSERT(bytes <= bytes_);
  if (bytes == bytes_) return std::move(*this);
  Chain taken;
  while (bytes > 0) {
    Slice& front = slots_[head_];
    if (bytes < front.length_) {
      taken.append(front.sub(0, static_cast<uint32_t>(bytes)));
      advance(bytes);
      return taken;
    }
    bytes -= front.length_;
    bytes_ -= front.length_;
    taken.append(std::move(front));
    ++head_;
  }
  return taken;
}

void Chain::clear() noexcept {
  for (uint32_t i = head_; i < end_; ++i) {
    slots_[i] = Slice();
  }
  head_ = 0;
  end_ = 0;
  bytes_ = 0;
}

void Chain::pack(BlockPool& pool) {
  uint32_t first = end_;
  size_t bytes = 0;
  while (first > head_ && slots_[first - 1].length_ < kSmallSliceBytes &&
         bytes + slots_[first - 1].length_ <= limits::kBlockBytes) {
    --first;
    bytes += slots_[first].length_;
  }
  if (end_ - first < kSmallSlicesMax) return;
  // A block of its own: in a shared one the copy would pin what its neighbours leave behind.
  Block& block = pool.acquire(bytes);
  uint32_t used = 0;
  for (uint32_t i = first; i < end_; ++i) {
    std::memcpy(block.data() + used, slots_[i].data_, slots_[i].length_);
    used += slots_[i].length_;
    slots_[i] = Slice();
  }
  slots_[first] = Slice(block, 0, used);
  end_ = first + 1;
}

size_t Chain::iov(std::span<iovec> out) const noexcept {
  const size_t count = std::min(out.size(), slice_count());
  for (size_t i = 0; i < count; ++i) {
    const Slice& slice = slots_[head_ + i];
    // writev() takes a pointer to mutable bytes and does not touch them.
    out[i] = iovec{const_cast<char*>(slice.data_), slice.length_};
  }
  return count;
}

std::string Chain::to_string() const {
  std::string text;
  text.reserve(bytes_);
  for (const Slice& slice : slices()) {
    text += slice.view();
  }
  return text;
}

}  // namespace faultline::buffer

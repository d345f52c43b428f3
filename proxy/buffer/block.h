// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/assert.h"
#include "proxy/base/limits.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::buffer {

class BlockPool;

/// A counted piece of memory from a BlockPool. The count is a plain integer: a block is touched
/// only by the worker that owns its pool. The mirror keeps blocks alive for another thread by
/// holding slices in an entry that comes back to the worker before they are dropped.
///
/// Not movable: slices keep its address.
class Block {
 public:
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  [[nodiscard]] char* data() noexcept { return data_; }
  [[nodiscard]] const char* data() const noexcept { return data_; }
  [[nodiscard]] uint32_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] uint32_t references() const noexcept { return references_; }

 private:
  friend class BlockPool;
  friend class Slice;
  Block(BlockPool& pool, char* data, uint32_t capacity) noexcept
      : pool_(&pool), data_(data), capacity_(capacity) {}
  ~Block() = default;

  BlockPool* pool_;
  char* data_;
  uint32_t capacity_;
  uint32_t references_ = 0;
};

/// Counted bytes inside a block, or static bytes with no block. Copying takes a reference.
class Slice {
 public:
  Slice() = default;
  /// Takes a reference to `block`.
  Slice(Block& block, uint32_t offset, uint32_t length) noexcept;
  /// Bytes that live as long as the program (framing constants, literals).
  [[nodiscard]] static Slice of_static(std::string_view bytes) noexcept;
  Slice(const Slice& other) noexcept;
  Slice& operator=(const Slice& other) noexcept;
  Slice(Slice&& other) noexcept;
  Slice& operator=(Slice&& other) noexcept;
  ~Slice();

  [[nodiscard]] const char* data() const noexcept { return data_; }
  [[nodiscard]] uint32_t size() const noexcept { return length_; }
  [[nodiscard]] bool empty() const noexcept { return length_ == 0; }
  [[nodiscard]] std::string_view view() const noexcept { return {data_, length_}; }
  /// The part [offset, offset + length); shares the block.
  [[nodiscard]] Slice sub(uint32_t offset, uint32_t length) const noexcept;
  /// True when `next` continues this slice in the same block.
  [[nodiscard]] bool is_followed_by(const Slice& next) const noexcept {
    return block_ != nullptr && block_ == next.block_ && data_ + length_ == next.data_;
  }
  [[nodiscard]] const Block* block() const noexcept { return block_; }

 private:
  friend class BlockPool;
  friend class Chain;
  Block* block_ = nullptr;
  const char* data_ = nullptr;
  uint32_t length_ = 0;
};

/// Blocks of three sizes (limits.h) and a free list for each, capped so that a burst does not keep
/// its memory for ever. One per worker, used only on its thread; outlives every slice cut from it
/// (debug builds abort, release builds say so on standard error).
class BlockPool {
 public:
  BlockPool() = default;
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;
  ~BlockPool();

  /// A block of at least `bytes` (rounded up to a class; larger than the largest class is an
  /// exact allocation that is not pooled). Its count is 0 until a slice is cut.
  [[nodiscard]] Block& acquire(size_t bytes = limits::kBlockBytes);
  /// Returns a block no slice was cut from.
  void release(Block& block) noexcept;
  /// A copy of `bytes` in a block of this pool. Small copies share a block.
  [[nodiscard]] Slice copy(std::string_view bytes);

  /// Gives the free lists back to the allocator (idle timer).
  void trim() noexcept;

  /// What is held outside the pool: free blocks and the pool's own tail block do not count.
  [[nodiscard]] size_t blocks_in_use() const noexcept {
    return blocks_in_use_ - (is_tail_idle() ? 1 : 0);
  }
  [[nodiscard]] size_t bytes_in_use() const noexcept {
    return bytes_in_use_ - (is_tail_idle() ? tail_.block()->capacity() : 0);
  }
  [[nodiscard]] size_t bytes_free() const noexcept;

 private:
  friend class Slice;
  [[nodiscard]] bool is_tail_idle() const noexcept {
    return tail_.block() != nullptr && tail_.block()->references() == 1;
  }
  [[nodiscard]] static Block& allocate(BlockPool& pool, size_t capacity);
  static void free_block(Block& block) noexcept;

  std::vector<Block*> free_[3];  // by class of size
  Slice tail_;                   // keeps the block that small copies share
  uint32_t tail_used_ = 0;       // as far as that block is filled
  size_t blocks_in_use_ = 0;
  size_t bytes_in_use_ = 0;
};

inline Slice::Slice(Block& block, uint32_t offset, uint32_t length) noexcept
    : block_(&block), data_(block.data_ + offset), length_(length) {
  FL_DASSERT(offset <= block.capacity_);
  FL_DASSERT(length <= block.capacity_ - offset);
  ++block.references_;
}

inline Slice Slice::of_static(std::string_view bytes) noexcept {
  FL_DASSERT(bytes.size() <= UINT32_MAX);
  Slice slice;
  slice.data_ = bytes.data();
  slice.length_ = static_cast<uint32_t>(bytes.size());
  return slice;
}

inline Slice::Slice(const Slice& other) noexcept
    : block_(other.block_), data_(other.data_), length_(other.length_) {
  if (block_ != nullptr) ++block_->references_;
}

inline Slice::Slice(Slice&& other) noexcept
    : block_(std::exchange(other.block_, nullptr)),
      data_(std::exchange(other.data_, nullptr)),
      length_(std::exchange(other.length_, 0)) {}

inline Slice::~Slice() {
  if (block_ != nullptr && --block_->references_ == 0) block_->pool_->release(*block_);
}

inline Slice& Slice::operator=(Slice&& other) noexcept {
  Slice moved(std::move(other));
  std::swap(block_, moved.block_);
  std::swap(data_, moved.data_);
  std::swap(length_, moved.length_);
  return *this;
}

inline Slice& Slice::operator=(const Slice& other) noexcept { return *this = Slice(other); }

inline Slice Slice::sub(uint32_t offset, uint32_t length) const noexcept {
  FL_DASSERT(offset <= length_);
  FL_DASSERT(length <= length_ - offset);
  Slice part(*this);
  part.data_ += offset;
  part.length_ = length;
  return part;
}

}  // namespace faultline::buffer

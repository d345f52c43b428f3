// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/buffer/block.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace faultline::io {

/// Where a loop reads into: one current block of each size, shared by all streams. A read takes
/// exactly its bytes out of the free tail, so a small read is not copied, and an idle connection
/// holds no memory.
class ReadBlocks {
 public:
  static constexpr uint8_t kClasses = 3;

  explicit ReadBlocks(buffer::BlockPool& pool) : pool_(pool) {}

  struct Room {
    char* data;
    uint32_t bytes;
  };
  /// The free tail to read into. Valid until the next call of room() or take() for that class.
  [[nodiscard]] Room room(uint8_t size_class) {
    Current& current = current_[size_class];
    buffer::Block* block = current.block;
    // Only this loop holds the block: all that was read into it is gone, begin at its front.
    if (block != nullptr && block->references() == 1) current.used = 0;
    if (block == nullptr || block->capacity() - current.used < kRoomMin[size_class]) {
      block = &replace(size_class);
    }
    return {block->data() + current.used, block->capacity() - current.used};
  }
  /// The first `bytes` of the room, as a slice.
  [[nodiscard]] buffer::Slice take(uint8_t size_class, uint32_t bytes) {
    Current& current = current_[size_class];
    const uint32_t offset = current.used;
    current.used += bytes;
    return {*current.block, offset, bytes};
  }
  /// Lets go of the blocks; the next read takes new ones.
  void drop() noexcept { current_ = {}; }

  /// Bytes of a block of that class.
  static constexpr std::array<uint32_t, kClasses> kBytes{
      limits::kBlockBytes, limits::kBlockBytesLarge, limits::kBlockBytesBulk};

 private:
  struct Current {
    buffer::Slice hold;  // keeps the block while nothing of it is in use
    buffer::Block* block = nullptr;
    uint32_t used = 0;
  };
  // A tail shorter than this is given up: a read into it would likely be cut short.
  static constexpr std::array<uint32_t, kClasses> kRoomMin{2048, 32768, 131072};

  buffer::Block& replace(uint8_t size_class) {
    Current& current = current_[size_class];
    current.block = &pool_.acquire(kBytes[size_class]);
    current.hold = buffer::Slice(*current.block, 0, 0);
    current.used = 0;
    return *current.block;
  }

  buffer::BlockPool& pool_;
  std::array<Current, kClasses> current_{};
};

}  // namespace faultline::io

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/buffer/block.h"

#include <array>
#include <cstring>
#include <new>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

namespace faultline::buffer {
namespace {

struct SizeClass {
  size_t capacity;
  size_t free_blocks_max;  // beyond it a released block goes back to the allocator
};

constexpr std::array<SizeClass, 3> kClasses{{
    {limits::kBlockBytes, 1024},
    {limits::kBlockBytesLarge, 64},
    {limits::kBlockBytesBulk, 32},
}};

// The index of the smallest class that holds `bytes`; kClasses.size() when none does.
constexpr size_t class_of(size_t bytes) noexcept {
  size_t index = 0;
  while (index < kClasses.size() && bytes > kClasses[index].capacity) ++index;
  return index;
}

// Blocks of this size are mapped one by one, and what the pool gives up leaves the process at once.
// The allocator would keep it: a heap shrinks only from its end, where a small object sits, so a
// mirror that fell behind once would hold its peak for ever.
constexpr size_t kMappedBytes = limits::kBlockBytesLarge;

void* obtain(size_t bytes) {
  if (bytes < kMappedBytes) return ::operator new(bytes);
  while (true) {
    void* const memory =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory != MAP_FAILED) return memory;
    // As operator new does: the program's handler ends it in order.
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}

void give_back(void* memory, size_t bytes) noexcept {
  if (bytes < kMappedBytes) {
    ::operator delete(memory);
    return;
  }
  [[maybe_unused]] const int status = ::munmap(memory, bytes);
  FL_DASSERT(status == 0);
}

}  // namespace

// Header and bytes are one allocation: a block costs one visit to the allocator.
Block& BlockPool::allocate(BlockPool& pool, size_t capacity) {
  FL_ASSERT(capacity <= UINT32_MAX);
  void* memory = obtain(sizeof(Block) + capacity);
  char* data = static_cast<char*>(memory) + sizeof(Block);
  return *new (memory) Block(pool, data, static_cast<uint32_t>(capacity));
}

void BlockPool::free_block(Block& block) noexcept {
  const size_t bytes = sizeof(Block) + block.capacity_;
  block.~Block();
  give_back(static_cast<void*>(&block), bytes);
}

BlockPool::~BlockPool() {
  tail_ = Slice();
  if (blocks_in_use_ != 0) {
    FL_DASSERT(blocks_in_use_ == 0);
    const std::string text =
        "faultline: bug: " + std::to_string(blocks_in_use_) + " buffer blocks outlive their pool\n";
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
  }
  trim();
}

Block& BlockPool::acquire(size_t bytes) {
  const size_t index = class_of(bytes);
  const bool is_pooled = index < kClasses.size();
  const size_t capacity = is_pooled ? kClasses[index].capacity : bytes;
  Block* block = nullptr;
  if (is_pooled && !free_[index].empty()) {
    block = free_[index].back();
    free_[index].pop_back();
  } else {
    block = &allocate(*this, capacity);
  }
  ++blocks_in_use_;
  bytes_in_use_ += capacity;
  return *block;
}

void BlockPool::release(Block& block) noexcept {
  FL_DASSERT(block.pool_ == this);
  FL_DASSERT(block.references_ == 0);
  FL_DASSERT(blocks_in_use_ > 0);
  --blocks_in_use_;
  bytes_in_use_ -= block.capacity_;
  const size_t index = class_of(block.capacity_);
  const bool is_pooled = index < kClasses.size() && kClasses[index].capacity == block.capacity_;
  if (!is_pooled || free_[index].size() >= kClasses[index].free_blocks_max) {
    free_block(block);
    return;
  }
  free_[index].push_back(&block);
}

Slice BlockPool::copy(std::string_view bytes) {
  if (bytes.empty()) return {};
  // A large copy gets a block of its own: it would only push the small ones out of the tail.
  if (bytes.size() > limits::kBlockBytes / 4) {
    Block& block = acquire(bytes.size());
    std::memcpy(block.data(), bytes.data(), bytes.size());
    return {block, 0, static_cast<uint32_t>(bytes.size())};
  }
  const auto length = static_cast<uint32_t>(bytes.size());
  if (is_tail_idle()) tail_used_ = 0;
  if (tail_.block_ == nullptr || length > tail_.block_->capacity_ - tail_used_) {
    tail_ = Slice(acquire(), 0, 0);
    tail_used_ = 0;
  }
  Block& block = *tail_.block_;
  std::memcpy(block.data() + tail_used_, bytes.data(), length);
  Slice slice(block, tail_used_, length);
  tail_used_ += length;
  return slice;
}

void BlockPool::trim() noexcept {
  if (is_tail_idle()) tail_ = Slice();
  for (auto& list : free_) {
    for (Block* block : list) {
      free_block(*block);
    }
    list.clear();
    list.shrink_to_fit();
  }
}

size_t BlockPool::bytes_free() const noexcept {
  size_t bytes = 0;
  for (size_t i = 0; i < kClasses.size(); ++i) {
    bytes += free_[i].size() * kClasses[i].capacity;
  }
  return bytes;
}

}  // namespace faultline::buffer

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/assert.h"

#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace faultline::server {

/// Keeps the memory of a few ended objects of one type, and of one size, for the next ones: an
/// exchange is too large for the fast paths of malloc and lives for one request. One thread. Under
/// the address sanitizer it keeps nothing, so that use after the end is seen.
class SpareMemory final {
 public:
  SpareMemory() { spares_.reserve(kSpares); }

  /// Room for an object of that size, which is the same in every call.
  [[nodiscard]] void* take(size_t size) {
    FL_DASSERT(std::exchange(size_, size) == size || spares_.empty());
    if (spares_.empty()) return ::operator new(size);
    void* const memory = spares_.back().release();
    spares_.pop_back();
    return memory;
  }
  /// What take() gave, its object destroyed.
  void give_back(void* memory) noexcept {
    if (spares_.size() < kSpares) {
      spares_.emplace_back(memory);
    } else {
      ::operator delete(memory);
    }
  }

 private:
#ifdef __SANITIZE_ADDRESS__
  static constexpr size_t kSpares = 0;
#else
  static constexpr size_t kSpares = 32;
#endif
  struct Free {
    void operator()(void* memory) const noexcept { ::operator delete(memory); }
  };

  std::vector<std::unique_ptr<void, Free>> spares_;
  size_t size_ = 0;
};

}  // namespace faultline::server

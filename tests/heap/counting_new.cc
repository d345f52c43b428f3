// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See tests/README.md.
#include "tests/heap/counting_new.h"

#include <cstdlib>
#include <new>

#include <malloc.h>

namespace {
size_t allocations = 0;
size_t held_bytes = 0;
}  // namespace

void* operator new(size_t size, const std::nothrow_t&) noexcept {
  void* const memory = std::malloc(size);
  if (memory == nullptr) return nullptr;
  ++allocations;
  held_bytes += malloc_usable_size(memory);
  return memory;
}
void* operator new(size_t size) {
  if (void* const memory = operator new(size, std::nothrow)) return memory;
  throw std::bad_alloc();
}
void* operator new[](size_t size) { return operator new(size); }
void* operator new[](size_t size, const std::nothrow_t& tag) noexcept {
  return operator new(size, tag);
}
void operator delete(void* memory) noexcept {
  held_bytes -= malloc_usable_size(memory);
  std::free(memory);
}
void operator delete(void* memory, size_t) noexcept { operator delete(memory); }
void operator delete[](void* memory) noexcept { operator delete(memory); }
void operator delete[](void* memory, size_t) noexcept { operator delete(memory); }

namespace faultline {

size_t allocation_count() noexcept { return allocations; }
size_t heap_bytes() noexcept { return held_bytes; }

}  // namespace faultline

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/conformance/json_schema/counting_new.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <new>

namespace {
size_t allocations = 0;  // GoogleTest runs the tests one by one
}  // namespace

void* operator new(size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
void* operator new[](size_t size) { return operator new(size); }
void* operator new[](size_t size, const std::nothrow_t& tag) noexcept {
  return operator new(size, tag);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }

namespace faultline {

size_t allocation_count() noexcept { return allocations; }

namespace {

TEST(CountingNew, Counts) {
  const size_t before = allocation_count();
  const auto text = std::make_unique<char[]>(100);
  EXPECT_GT(allocation_count(), before) << static_cast<const void*>(text.get());
}

}  // namespace
}  // namespace faultline

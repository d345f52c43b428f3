// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/structural_index.h"

#include <simdjson.h>

#include <bit>

// simdjson splits parsing in two: stage 1 finds the tokens, stage 2 builds its tape. Only stage 1
// is used. It is reached through simdjson::implementation, the interface that every kernel has and
// that is the same in simdjson 3.0 (Debian 12) and 3.12 (Debian 13). It copies the last, incomplete
// block of the text, so the text needs no padding; stage 2 is what reads beyond the end.
namespace faultline::json {

struct StructuralIndex::Scanner {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> kernel;
};

StructuralIndex::StructuralIndex() = default;
StructuralIndex::~StructuralIndex() = default;
StructuralIndex::StructuralIndex(StructuralIndex&&) noexcept = default;
StructuralIndex& StructuralIndex::operator=(StructuralIndex&&) noexcept = default;

bool StructuralIndex::grow(size_t text_bytes) {
  constexpr size_t kBytesMin = 4096;
  const size_t capacity = text_bytes < kBytesMin ? kBytesMin : std::bit_ceil(text_bytes);
  release();
  auto scanner = std::make_unique<Scanner>();
  constexpr size_t kDepth = 1;  // stage 2's stack, which stays unused
  const auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(
      capacity, kDepth, scanner->kernel);
  if (error != simdjson::SUCCESS) return false;
  scanner_ = std::move(scanner);
  capacity_bytes_ = capacity;
  return true;
}

bool StructuralIndex::build(std::string_view text) {
  if (text.empty()) return false;
  if (text.size() > capacity_bytes_ && !grow(text.size())) return false;
  simdjson::internal::dom_parser_implementation& kernel = *scanner_->kernel;
  const void* const bytes = text.data();
  if (kernel.stage1(static_cast<const uint8_t*>(bytes), text.size(),
                    simdjson::stage1_mode::regular) != simdjson::SUCCESS) {
    return false;
  }
  count_ = kernel.n_structural_indexes;
  // simdjson leaves room for, and writes, more than one element past the last.
  kernel.structural_indexes[count_] = static_cast<uint32_t>(text.size());
  positions_ = kernel.structural_indexes.get();
  return true;
}

void StructuralIndex::release() noexcept {
  scanner_.reset();
  positions_ = nullptr;
  count_ = 0;
  capacity_bytes_ = 0;
}

}  // namespace faultline::json

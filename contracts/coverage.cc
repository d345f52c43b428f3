// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/coverage.h"

#include "contracts/engine.h"

#include <array>
#include <utility>

namespace faultline::contracts {

std::string_view coverage_kind_name(CoveragePoint::Kind kind) noexcept {
  constexpr std::array<std::string_view, kCoverageKinds> kNames{
      "response", "media_type", "property", "enum_member", "branch"};
  return kNames[static_cast<size_t>(kind)];
}

void CoverageRecord::add(std::shared_ptr<const Contract> contract) {
  const CoverageModel* model = contract->coverage();
  if (model == nullptr || tally_of(*contract) != nullptr) return;
  entries_.push_back({std::move(contract), CoverageTally(model->size(), model->regions())});
}

CoverageTally* CoverageRecord::tally_of(const Contract& contract) noexcept {
  for (Entry& entry : entries_) {
    if (entry.contract.get() == &contract) return &entry.tally;
    if (entry.contract->digest() == contract.digest()) return &entry.tally;
  }
  return nullptr;
}

void CoverageRecord::merge(const CoverageRecord& other) noexcept {
  for (size_t i = 0; i < entries_.size(); ++i) entries_[i].tally.merge(other.entries_[i].tally);
}

}  // namespace faultline::contracts

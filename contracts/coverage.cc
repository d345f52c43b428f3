// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/coverage.h"

#include "contracts/engine.h"

#include <array>

namespace faultline::contracts {

std::string_view coverage_kind_name(CoveragePoint::Kind kind) noexcept {
  constexpr std::array<std::string_view, kCoverageKinds> kNames{
      "response", "media_type", "property", "enum_member", "branch"};
  return kNames[static_cast<size_t>(kind)];
}

std::unique_ptr<const CoverageModel> Contract::make_coverage() const { return nullptr; }

}  // namespace faultline::contracts

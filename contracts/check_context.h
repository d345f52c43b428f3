// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/coverage.h"
#include "proxy/json/parser.h"
#include "proxy/json/tree_builder.h"

#include <utility>

namespace faultline::contracts {

/// What one thread lends to its checks: memory that is used again from message to message, and a
/// place for what of the contracts the messages show.
class CheckContext {
 public:
  /// From now on checks mark what messages show of the contracts in there. Without it nothing is
  /// recorded.
  void record(CoverageRecord coverage) { coverage_ = std::move(coverage); }

  /// For the body of the message that is being checked.
  [[nodiscard]] json::Parser& parser() noexcept { return parser_; }
  /// For values that are written in other ways: parameters, headers, texts.
  [[nodiscard]] json::TreeBuilder& builder() noexcept { return builder_; }
  /// Where to mark what a message shows of that contract; null: nobody asks.
  [[nodiscard]] CoverageTally* tally_of(const Contract& contract) noexcept {
    return coverage_.tally_of(contract);
  }
  [[nodiscard]] const CoverageRecord& coverage() const noexcept { return coverage_; }

 private:
  json::Parser parser_;
  json::TreeBuilder builder_;
  CoverageRecord coverage_;
};

}  // namespace faultline::contracts

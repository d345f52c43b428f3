// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <map>
#include <string>

namespace faultline::filters {

class SwapResponsesFilter;

/// Where exchanges of one worker wait for a partner to swap answers with: at most one per rule.
/// Owned by the worker, used on its thread; borrows who waits.
class SwapBoard {
 public:
  /// Takes the one that waits; null when nobody does.
  [[nodiscard]] SwapResponsesFilter* take(const std::string& rule) {
    const auto found = waiting_.find(rule);
    if (found == waiting_.end()) return nullptr;
    SwapResponsesFilter* const partner = found->second;
    waiting_.erase(found);
    return partner;
  }
  /// Nobody must wait for `rule`.
  void wait(const std::string& rule, SwapResponsesFilter& filter) {
    waiting_.emplace(rule, &filter);
  }
  /// `filter` waits no more; nothing when it did not.
  void leave(const SwapResponsesFilter& filter) {
    std::erase_if(waiting_, [&filter](const auto& entry) { return entry.second == &filter; });
  }

 private:
  std::map<std::string, SwapResponsesFilter*> waiting_;
};

}  // namespace faultline::filters

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/coverage.h"
#include "contracts/json_schema/readings.h"
#include "proxy/base/message_view.h"
#include "proxy/json/parser.h"
#include "proxy/json/scalar_document.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::contracts {

/// Which operation the last request was for: its answer comes next, with the same target, and need
/// not be looked up again.
class LastRequest {
 public:
  /// `contract` by its digest.
  void keep(uint64_t contract, std::string_view target, uint32_t route, uint32_t operation) {
    is_kept_ = true;
    contract_ = contract;
    target_ = target;
    route_ = route;
    operation_ = operation;
  }
  /// Whether that target was kept last. Its method is that of the operation, or was another.
  [[nodiscard]] bool has(uint64_t contract, std::string_view target) const noexcept {
    return is_kept_ && contract_ == contract && target_ == target;
  }
  [[nodiscard]] uint32_t route() const noexcept { return route_; }
  [[nodiscard]] uint32_t operation() const noexcept { return operation_; }

 private:
  bool is_kept_ = false;
  uint64_t contract_ = 0;
  std::string target_;
  uint32_t route_ = 0;
  uint32_t operation_ = 0;
};

/// What one thread lends to its checks: memory that is used again from message to message, and a
/// place for what of the contracts the messages show.
class CheckContext {
 public:
  /// From now on checks mark what messages show of the contracts in there. Without it nothing is
  /// recorded.
  void record(CoverageRecord coverage) { coverage_ = std::move(coverage); }

  /// From now on checks note what they read of JSON bodies (CheckResult::body_readings).
  void note_readings() {
    request_body_.readings.emplace();
    response_body_.readings.emplace();
  }

  /// For the body of the message that is being checked. One for each half, so that both bodies of
  /// an exchange can be looked at after their checks.
  struct Body {
    json::Parser parser;
    std::optional<json_schema::Readings> readings;  // none: nobody asks
  };
  [[nodiscard]] Body& body(Direction direction) noexcept {
    return direction == Direction::Request ? request_body_ : response_body_;
  }
  /// For texts that are one value: parameters, headers.
  [[nodiscard]] json::ScalarDocument& scalar() noexcept { return scalar_; }
  [[nodiscard]] LastRequest& last_request() noexcept { return last_request_; }
  /// Where to mark what a message shows of that contract; null: nobody asks.
  [[nodiscard]] CoverageTally* tally_of(const Contract& contract) noexcept {
    return coverage_.tally_of(contract);
  }
  [[nodiscard]] const CoverageRecord& coverage() const noexcept { return coverage_; }

 private:
  Body request_body_;
  Body response_body_;
  json::ScalarDocument scalar_;
  LastRequest last_request_;
  CoverageRecord coverage_;
};

}  // namespace faultline::contracts

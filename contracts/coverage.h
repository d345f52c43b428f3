// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/message_view.h"
#include "proxy/json/parser.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::contracts {

/// Something a contract declares and traffic can show.
struct CoveragePoint {
  enum class Kind : uint8_t {
    Response,    // a status of an operation
    MediaType,   // of a request body, or of a response with that status
    Property,    // of an object
    EnumMember,  // a value an enum lists
    Branch,      // of oneOf or anyOf
  };
  Kind kind = Kind::Response;
  std::string operation;  // "GET /pets"; empty: a schema that several may share
  std::string what;       // "200 application/json", "properties/name", "enum/2", "oneOf/0"
  std::string file;
  uint32_t line = 0;
};
inline constexpr size_t kCoverageKinds = 5;
/// "response", "media_type", "property", "enum_member", "branch".
[[nodiscard]] std::string_view coverage_kind_name(CoveragePoint::Kind kind) noexcept;

/// Which points were seen; each thread has one, in the end they are merged. Its size is that of
/// the contract, not of the traffic.
class CoverageTally {
 public:
  explicit CoverageTally(size_t points = 0) : is_seen_(points, 0) {}
  void mark(size_t point) noexcept { is_seen_[point] = 1; }
  [[nodiscard]] bool is_seen(size_t point) const noexcept { return is_seen_[point] != 0; }
  [[nodiscard]] size_t size() const noexcept { return is_seen_.size(); }
  /// Of the same contract.
  void merge(const CoverageTally& other) noexcept {
    for (size_t i = 0; i < is_seen_.size(); ++i) is_seen_[i] |= other.is_seen_[i];
  }
  /// For the bodies it is shown: reused, so that looking at them takes no memory once warm.
  [[nodiscard]] json::Parser& parser() noexcept { return *parser_; }

 private:
  std::vector<uint8_t> is_seen_;
  std::unique_ptr<json::Parser> parser_ = std::make_unique<json::Parser>();
};

/// What one contract declares, point by point. Immutable; any thread may use it.
class CoverageModel {
 public:
  virtual ~CoverageModel() = default;
  /// Points are numbered from 0, in a fixed order.
  [[nodiscard]] virtual size_t size() const noexcept = 0;
  [[nodiscard]] virtual CoveragePoint::Kind kind(size_t point) const noexcept = 0;
  /// The point in words. Takes time in the order of its place in the contract: for reports.
  [[nodiscard]] virtual CoveragePoint describe(size_t point) const = 0;
  /// Marks what a message shows. `operation` is what the check found (CheckResult::operation).
  /// False when the contract does not declare it.
  virtual bool observe(const MessageView& message, std::string_view operation,
                       CoverageTally& tally) const = 0;
};

}  // namespace faultline::contracts

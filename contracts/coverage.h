// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::contracts {

class Contract;  // engine.h

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

/// What one contract declares, point by point. Immutable; any thread may use it.
class CoverageModel {
 public:
  virtual ~CoverageModel() = default;
  /// Points are numbered from 0, in a fixed order.
  [[nodiscard]] virtual size_t size() const noexcept = 0;
  [[nodiscard]] virtual CoveragePoint::Kind kind(size_t point) const noexcept = 0;
  /// Parts of the contract, numbered from 0, of which a tally remembers when all points in them
  /// were seen.
  [[nodiscard]] virtual size_t regions() const noexcept { return 0; }
  /// The point in words. Takes time in the order of its place in the contract: for reports.
  [[nodiscard]] virtual CoveragePoint describe(size_t point) const = 0;
};

/// Which points of one contract were seen. Its size is that of the contract, not of the traffic.
class CoverageTally {
 public:
  explicit CoverageTally(size_t points = 0, size_t regions = 0)
      : is_seen_(points, 0), is_closed_(regions, 0) {}
  void mark(size_t point) noexcept { is_seen_[point] = 1; }
  [[nodiscard]] bool is_seen(size_t point) const noexcept { return is_seen_[point] != 0; }
  [[nodiscard]] bool are_seen(size_t first, size_t count) const noexcept {
    return count == 0 || std::memchr(is_seen_.data() + first, 0, count) == nullptr;
  }
  [[nodiscard]] size_t size() const noexcept { return is_seen_.size(); }
  /// From now on nobody need look into that region: its points, and those of all it leads to, were
  /// seen. Most of a contract is, after some traffic, so most values then take no second look.
  void close(size_t region) noexcept { is_closed_[region] = 1; }
  [[nodiscard]] bool is_closed(size_t region) const noexcept { return is_closed_[region] != 0; }
  /// Of the same contract.
  void merge(const CoverageTally& other) noexcept {
    for (size_t i = 0; i < is_seen_.size(); ++i) is_seen_[i] |= other.is_seen_[i];
    for (size_t i = 0; i < is_closed_.size(); ++i) is_closed_[i] |= other.is_closed_[i];
  }

 private:
  std::vector<uint8_t> is_seen_;
  std::vector<uint8_t> is_closed_;
};

/// Which points of several contracts were seen. Each thread has one, which its checks fill
/// (check_context.h); in the end they are merged. The contracts are fixed before the first check,
/// so its size is, too: what a configuration brings that is loaded later counts where its text is
/// that of a contract in here, and nowhere else.
class CoverageRecord {
 public:
  struct Entry {
    std::shared_ptr<const Contract> contract;  // shared with the sets that check by it
    CoverageTally tally;
  };

  /// Adds a contract that can tell what it declares; any other, and one of the same texts as one
  /// in here, changes nothing.
  void add(std::shared_ptr<const Contract> contract);
  /// Null for a contract that is not in here.
  [[nodiscard]] CoverageTally* tally_of(const Contract& contract) noexcept;
  /// Of the same contracts, added in the same order.
  void merge(const CoverageRecord& other) noexcept;
  [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }

 private:
  std::vector<Entry> entries_;
};

}  // namespace faultline::contracts

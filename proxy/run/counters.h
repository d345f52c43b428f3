// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/engine.h"
#include "proxy/base/hash.h"
#include "proxy/base/message_view.h"
#include "proxy/base/result.h"
#include "redaction/redactor.h"

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace faultline::run {

using CountsByName = std::map<std::string, uint64_t, std::less<>>;

/// Adds to a name. Of more than limits::kCounterNames distinct names the largest go into "(other)":
/// what is kept does not depend on the order of arrival.
void count_name(CountsByName& counts, std::string_view name, uint64_t amount = 1);
[[nodiscard]] uint64_t total(const CountsByName& counts) noexcept;

/// What became of the messages (halves of exchanges) of one protocol. `seen` is counted where the
/// traffic passes, the rest where it ends up, so the identity can be wrong and is checked.
struct Accounting {
  uint64_t seen = 0;
  CountsByName checked;  // by verdict: "conforms", "violates", "undocumented", "unverifiable"
  CountsByName skipped;  // by reason: never meant to be checked ("no contract", "tunnel")
  CountsByName dropped;  // by reason: meant to be, but lost ("ring full", "drain deadline")

  [[nodiscard]] uint64_t accounted() const noexcept {
    return total(checked) + total(skipped) + total(dropped);
  }
  [[nodiscard]] bool is_balanced() const noexcept { return seen == accounted(); }
  void merge(const Accounting& other);
};

/// How often the run met one operation of a contract.
struct OperationCoverage {
  std::string listener;
  std::string operation;  // "GET /pets/{id}"
  std::string file;       // empty: no contract declares it
  uint32_t line = 0;
  uint64_t requests = 0;  // messages seen
  uint64_t responses = 0;
  uint64_t requests_checked = 0;  // of them, those with a verdict other than unverifiable
  uint64_t responses_checked = 0;
  CountsByName verdicts;
  [[nodiscard]] uint64_t seen() const noexcept { return requests + responses; }
  [[nodiscard]] uint64_t checked() const noexcept { return requests_checked + responses_checked; }
  [[nodiscard]] bool is_declared() const noexcept { return !file.empty(); }
};

/// Where an error came from, so that a real one can be told from an injected one.
enum class ErrorSide : uint8_t { Downstream, Upstream, Proxy };
[[nodiscard]] std::string_view error_side_name(ErrorSide side) noexcept;

/// The counts of the analysis plane. Thread-safe: one short lock per call. A thread with many
/// counts has an object of its own and merges it.
class TrafficCounters final {
 public:
  void add_seen(std::string_view protocol, uint64_t messages = 1);
  void add_skipped(std::string_view protocol, std::string_view reason, uint64_t messages = 1);
  void add_dropped(std::string_view protocol, std::string_view reason, uint64_t messages = 1);

  /// One message that was checked: verdict, coverage of its operation, unverifiable reasons and
  /// redaction hits.
  struct Checked {
    std::string_view protocol;
    std::string_view listener;
    Direction direction = Direction::Response;
  };
  void add_checked(const Checked& message, const contracts::CheckResult& result);

  /// Adds all that another one counted, who then counts no more.
  void merge(const TrafficCounters& other);

  /// An operation the contracts of a listener declare; it appears in the coverage even if the run
  /// never meets it.
  void declare_operation(std::string_view listener, const contracts::OperationInfo& operation);
  void add_redaction_hits(const redaction::Hits& hits);
  void add_body_dropped(std::string_view reason);
  /// A message that was checked again after it was redacted; `changed` when the check said
  /// something else of it.
  void add_recheck(std::string_view operation, bool changed);
  void add_error(ErrorSide side, std::string_view reason, uint64_t count = 1);

  /// A consistent copy of everything.
  struct Snapshot {
    std::map<std::string, Accounting, std::less<>> traffic;  // by protocol
    CountsByName unverifiable;                               // by reason
    std::vector<OperationCoverage> coverage;  // by listener, declared ones first, then operation
    redaction::Hits redaction_hits;
    CountsByName bodies_dropped;                 // by the redactor's reason
    uint64_t rechecked = 0;                      // redacted messages that were checked again
    CountsByName contract_changed_by_redaction;  // of them those with other findings, by operation
    std::map<ErrorSide, CountsByName> errors;
  };
  [[nodiscard]] Snapshot snapshot() const;
  /// The accounting alone, by protocol: small however large the contracts are.
  [[nodiscard]] std::map<std::string, Accounting, std::less<>> traffic() const;

 private:
  struct TextHash {
    using is_transparent = void;
    [[nodiscard]] size_t operator()(std::string_view text) const noexcept { return hash64(text); }
  };
  /// By verdict. Names are for those who read: with them a count would take several times as long.
  using VerdictCounts = std::array<uint64_t, contracts::kVerdicts>;
  struct Protocol {
    Accounting accounting;  // its `checked` stays empty here
    VerdictCounts checked{};
  };
  struct Operation {
    OperationCoverage coverage;  // its `verdicts` stay empty here
    VerdictCounts verdicts{};
    void add(const Operation& other);
  };
  using Operations = std::unordered_map<std::string, Operation, TextHash, std::equal_to<>>;
  using Name = std::pair<std::string, std::string>;  // listener, operation

  void declare(std::string_view listener, const contracts::OperationInfo& operation);
  Operation& find_operation(std::string_view listener, std::string_view operation);
  /// The same for a name that is not there yet, within the bound.
  Operation& add_undeclared(std::string_view listener, std::string_view operation);
  Protocol& protocol_of(std::string_view name);
  [[nodiscard]] std::map<std::string, Accounting, std::less<>> traffic_unlocked() const;

  mutable std::mutex mutex_;
  Snapshot counts_;                                            // without what the next three hold
  std::map<std::string, Protocol, std::less<>> traffic_;       // by protocol
  std::map<std::string, Operations, std::less<>> operations_;  // by listener, then by name
  std::set<Name> undeclared_;  // operations no contract declares; their number is bounded
  Operation* last_ = nullptr;  // met last: the answer comes behind its request
};

}  // namespace faultline::run

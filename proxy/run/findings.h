// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/finding.h"
#include "proxy/base/event.h"
#include "proxy/base/limits.h"
#include "redaction/redactor.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::run {

/// Why a finding came about. Mixed has natural messages too, so it counts like Natural.
enum class Cause : uint8_t { Natural, Injected, Mixed };
[[nodiscard]] std::string_view cause_name(Cause cause) noexcept;

/// A fault that touched the exchange a finding is about.
struct InjectedFault {
  std::string rule;
  std::string fault;  // "schema_drift"
  uint64_t event = 0;
};

/// The message in which findings are reported. Views are borrowed for the call.
struct MessageContext {
  std::string_view protocol = "http";
  std::string_view listener{};
  ExchangeId exchange{};
  std::string_view exchange_name{};           // empty: "shop/17/3", from listener and exchange
  std::string_view client{};                  // who asked; empty: nobody knows. Never kept
  int64_t t_ns = 0;                           // since the start of the run
  std::span<const InjectedFault> injected{};  // behind all violations of the message
  bool is_refused = false;                    // a request that the server turned down
};

/// A violation whose traffic texts were redacted. `raw_value` and `pointer` of the violation
/// itself are never read here.
struct RedactedViolation {
  const contracts::Violation* violation = nullptr;
  redaction::RedactedText sample;   // of raw_value
  redaction::RedactedText pointer;  // of pointer
  /// The faults behind this violation, on top of MessageContext::injected. Without any in both it
  /// is natural.
  std::span<const InjectedFault> injected{};
};

struct FindingSample {
  ExchangeId exchange;
  std::string exchange_name;  // "shop/17/3"
  int64_t t_ns = 0;
  redaction::RedactedText pointer;
  redaction::RedactedText sample;
  std::string actual;            // JSON text without values
  std::vector<uint64_t> events;  // of the faults that touched it, ascending
};

/// How often one fault stood behind a finding.
struct InjectedBy {
  std::string rule;
  std::string fault;
  uint64_t messages = 0;
  std::vector<uint64_t> events;  // the smallest limits::kFindingSamples ids
};

/// What a baseline says of a finding. Without one every finding is new.
enum class BaselineState : uint8_t {
  New,
  Known,      // accepted, see Finding::acceptance
  Regressed,  // was known, then gone, and is back
};
[[nodiscard]] std::string_view baseline_state_name(BaselineState state) noexcept;

/// Who accepted a known finding and why; texts of the baseline file.
struct Acceptance {
  std::string reason;
  std::string owner;
  std::string expires;      // "2027-02-01"; empty: never
  bool is_expired = false;  // counts like a new one
};

struct Finding {
  std::string id;  // "FND-0001"
  std::string fingerprint;
  contracts::Violation violation;  // of the first sample; raw_value and pointer are empty
  std::string protocol;
  std::vector<std::string> listeners;  // where it was seen
  Cause cause = Cause::Natural;
  uint64_t messages = 0;     // distinct messages
  uint64_t occurrences = 0;  // places in them
  uint64_t natural_messages = 0;
  uint64_t refused_messages = 0;  // requests that the server turned down
  /// Messages of that half of its operation, those without the finding included; 0: not counted,
  /// as of operations that no contract has.
  uint64_t of_messages = 0;
  /// Different clients whose exchanges show it, counted up to kClientsMax; 0: nobody knows, as in
  /// recordings.
  uint64_t clients = 0;
  std::vector<InjectedBy> injected_by;  // by rule, fault
  int64_t first_t_ns = 0;
  int64_t last_t_ns = 0;
  std::string first_exchange;  // smallest and largest exchange id
  std::string last_exchange;
  std::vector<FindingSample> samples;  // chosen as FindingLog says, by exchange
  BaselineState baseline = BaselineState::New;
  uint32_t returns = 0;                    // how often it was fixed and came back, by the baseline
  std::optional<Acceptance> acceptance{};  // of a known one

  [[nodiscard]] bool is_accepted() const noexcept { return acceptance && !acceptance->is_expired; }
};

/// More clients than these say nothing more.
inline constexpr size_t kClientsMax = 100;
/// A finding that came back as often was not fixed but comes and goes.
inline constexpr uint32_t kReturnsOfFlapping = 2;

/// How many findings there are of each cause and severity.
using FindingTally = std::map<std::pair<Cause, contracts::Severity>, uint64_t>;

/// What a FindingLog may hold, and the seed of its choices.
struct FindingBounds {
  size_t findings = limits::kFindings;
  /// Of one operation, so that one that breaks in a thousand ways cannot push out the others.
  size_t per_operation = limits::kFindings / 10;
  uint64_t seed = 0;  // the run's
};

/// All findings of a run, one per fingerprint, bounded. Thread-safe. What it holds at the end does
/// not depend on the order in which threads added to it: a draw from the seed, the fingerprint and
/// the exchange gives every possible sample its rank, and the lowest ranks stay, so each message
/// has the same chance. When there are too many fingerprints, of one operation or in all, the most
/// severe and then smallest ones stay.
class FindingLog final {
 public:
  explicit FindingLog(FindingBounds bounds = {}) : bounds_(bounds) {}

  /// All violations of one message, in the engine's order. Call it once for a message.
  void add(const MessageContext& message, std::span<const RedactedViolation> violations);

  /// More violations of a message that has named as many as it may.
  void add_unnamed(uint64_t count);

  /// The findings with their ids, sorted by severity, then fingerprint.
  [[nodiscard]] std::vector<Finding> finish() const;
  /// Occurrences whose fingerprint was beyond the limit, and violations without a name.
  [[nodiscard]] uint64_t left_out() const;
  /// Of what finish() would give now, without copying it.
  [[nodiscard]] FindingTally tally() const;
  /// Distinct fingerprints kept so far.
  [[nodiscard]] size_t size() const;

 private:
  // Eviction order: the last key leaves first.
  using Key = std::pair<contracts::Severity, std::string>;
  // The name too: what was read back from files has no listener index.
  using ExchangeKey = std::pair<ExchangeId, std::string>;
  struct ByInjected {
    uint64_t messages = 0;
    std::set<uint64_t> events;
  };
  using SampleKey = std::pair<uint64_t, ExchangeKey>;  // the rank first
  struct Sample {
    FindingSample sample;
    contracts::Violation violation;
  };
  struct Entry {
    std::string protocol;
    std::string operation;
    uint64_t messages = 0;
    uint64_t occurrences = 0;
    uint64_t natural_messages = 0;
    uint64_t refused_messages = 0;
    std::map<std::pair<std::string, std::string>, ByInjected> injected_by;
    int64_t first_t_ns = 0;
    int64_t last_t_ns = 0;
    ExchangeKey first_exchange;
    ExchangeKey last_exchange;
    std::map<SampleKey, Sample> samples;
    std::set<std::string, std::less<>> listeners;
    std::vector<uint64_t> clients;  // the smallest kClientsMax hashes of their names, sorted

    [[nodiscard]] Cause cause() const noexcept {
      if (natural_messages == 0) return Cause::Injected;
      return injected_by.empty() ? Cause::Natural : Cause::Mixed;
    }
  };
  /// What stood behind the violations of one fingerprint in one message.
  struct Blame {
    bool has_natural = false;
    std::vector<const InjectedFault*> faults;
  };
  [[nodiscard]] static Blame blame_of(const MessageContext& message,
                                      std::span<const RedactedViolation> violations,
                                      const std::vector<std::string>& fingerprints, size_t first);
  using Entries = std::map<Key, Entry>;
  Entry* find_or_insert(const Key& key, const std::string& operation);
  [[nodiscard]] bool make_room(const Key& key, const std::string& operation);
  void evict(Entries::iterator entry);
  static void add_message(Entry& entry, const MessageContext& message, const ExchangeKey& exchange,
                          const Blame& blame);
  static void add_injected(Entry& entry, const Blame& blame);
  static void add_client(Entry& entry, std::string_view client);
  static void add_sample(Entry& entry, const MessageContext& message, const SampleKey& key,
                         const RedactedViolation& violation);
  [[nodiscard]] uint64_t rank(const std::string& fingerprint, const ExchangeKey& exchange) const;
  [[nodiscard]] static Finding make_finding(const Key& key, const Entry& entry);

  const FindingBounds bounds_;
  mutable std::mutex mutex_;
  Entries entries_;
  std::map<std::string, std::set<Key>, std::less<>> by_operation_;
  std::map<std::string, contracts::Severity, std::less<>> severities_;  // by fingerprint
  uint64_t occurrences_ = 0;  // of all violations ever added
};

}  // namespace faultline::run

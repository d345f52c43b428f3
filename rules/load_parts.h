// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "rules/config.h"
#include "rules/object_reader.h"

#include <fmt/core.h>

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// The steps of load_config(), one file each. Every step fills what it can and reports the rest, so
// that one pass finds all errors; a part with errors still takes its place in the Config, so that
// references to it are not blamed too.
namespace faultline::rules {

/// Bytes per second, of faults and of peers.
inline constexpr Range<uint64_t> kRateRange{1, uint64_t{1} << 40U};

/// Connections and connects, of one listener and of all.
inline constexpr Range<uint64_t> kLimitRange{1, 1'000'000};

/// Names of one kind with their places, to find repetitions.
class NameRegister {
 public:
  explicit NameRegister(std::string_view noun) : noun_(noun) {}
  /// Reports a name that is there already.
  void add(LoadContext& context, const std::string& name, SourceSpan span);

 private:
  std::string_view noun_;
  std::map<std::string, SourceSpan> names_;
};

/// The names of listeners or rules that have one, in order, without repetition.
template <typename Named>
[[nodiscard]] std::vector<std::string_view> names_of(const std::vector<Named>& all) {
  std::vector<std::string_view> names;
  std::set<std::string_view> seen;
  for (const auto& one : all) {
    if (!one.name.empty() && seen.insert(one.name).second) names.emplace_back(one.name);
  }
  return names;
}

/// Reports `name` unless it is one of `known`.
[[nodiscard]] bool check_reference(LoadContext& context, const Scalar& name, std::string_view noun,
                                   const std::vector<std::string_view>& known);

/// Reports when not exactly one of `keys` is there; returns that one.
[[nodiscard]] std::optional<std::string_view> only_one_of(
    ObjectReader& reader, std::string_view object, const std::vector<std::string_view>& keys);

/// True for a JSON pointer (RFC 6901).
[[nodiscard]] bool is_pointer(std::string_view text) noexcept;

// load_redaction.cc
void load_redaction(ObjectReader& root, RedactionConfig& redaction);

// load_listener.cc
void load_listeners(ObjectReader& root, Config& config);

/// The address that `key` holds. Nothing after a complaint.
[[nodiscard]] std::optional<HostPort> load_address(ObjectReader& reader, std::string_view key);

/// True when sockets on both hosts could want the same port.
[[nodiscard]] bool can_share_address(const std::string& a, const std::string& b);

// load_control.cc
/// After the listeners and the mirror, with which it must agree.
void load_control(ObjectReader& root, Config& config);
void load_logs(ObjectReader& root, Config& config);

// load_rule.cc
void load_rules(ObjectReader& root, Config& config);

// load_match.cc
[[nodiscard]] MatchConfig load_match(ObjectReader& match, const Config& config);
/// True when the text can stand as the name of a header; reports otherwise.
[[nodiscard]] bool check_header_name(LoadContext& context, std::string_view name, SourceSpan span);

// load_trigger.cc
void load_trigger(ObjectReader& rule, TriggerConfig& trigger);
void load_scope(ObjectReader& rule, ScopeConfig& scope);
void load_expect(ObjectReader& rule, std::optional<ExpectConfig>& expect);
void load_budget(ObjectReader& rule, BudgetConfig& budget);

// load_fault.cc
struct LoadedFault {
  FaultSpec fault;
  bool side_is_given = false;  // the file says on which half it acts
  SourceSpan side_span;        // where it says so, or the fault
};
/// Nothing after a complaint about the fault as a whole.
[[nodiscard]] std::optional<LoadedFault> load_fault(ObjectReader& fault);
/// Sets the half on which a fault acts that leaves the choice.
void set_side(FaultSpec& fault, Side side) noexcept;

// check_rule.cc
/// Where the parts of a rule stand that must agree with each other.
struct RulePlaces {
  SourceSpan direction;
  SourceSpan status;
  SourceSpan listener;
  SourceSpan fault;
  SourceSpan trigger;
  SourceSpan whole;
};
/// Settles the side and the default scope of the rule, then reports what cannot work together.
void check_rule(LoadContext& context, const Config& config, const RulePlaces& places,
                LoadedFault loaded, RuleConfig& rule);

}  // namespace faultline::rules

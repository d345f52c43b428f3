// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "rules/config.h"
#include "rules/facts.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace faultline::rules {

/// The rules of one listener in the form the data plane asks: each at one place of an index, by its
/// path or by a key of its other predicates. Immutable and thread-safe. Indices are those of
/// Config::rules and always ascend (configuration order).
///
///   std::vector<uint32_t> plan;                       // reused between requests
///   if (rules.match_request(facts, plan)) { ... }     // allocates only to hold what may match
class CompiledRules {
 public:
  /// `config` is shared: the snapshot owns it and every compiled view of it borrows its texts.
  CompiledRules(std::shared_ptr<const Config> config, uint32_t listener);
  ~CompiledRules();
  CompiledRules(CompiledRules&&) noexcept;
  CompiledRules& operator=(CompiledRules&&) noexcept;

  /// Replaces `out` by the rules that may apply to this exchange: all request-side predicates
  /// hold. Those for which needs_response() is true are settled by match_response(). Returns
  /// whether there is any.
  bool match_request(const RequestFacts& request, std::vector<uint32_t>& out) const;

  /// True when the rule has predicates on the answer (status, content type of the answer).
  [[nodiscard]] bool needs_response(uint32_t rule) const noexcept;
  /// Settles those predicates; true at once for a rule without them.
  [[nodiscard]] bool match_response(uint32_t rule, const ResponseFacts& response) const noexcept;

  /// A TCP connection: every rule of a TCP listener matches it, there is nothing else to ask.
  bool match_connection(std::vector<uint32_t>& out) const;

  /// No rule can ever match here, so the caller need not ask.
  [[nodiscard]] bool empty() const noexcept;

 private:
  struct Rep;
  std::unique_ptr<const Rep> rep_;
};

/// The half of the exchange that the rule's fault acts on.
[[nodiscard]] Side acting_side(const FaultSpec& fault) noexcept;

/// True when the rule asks for something only HTTP has (method, path, abort, ...), so that it can
/// never apply to a TCP listener.
[[nodiscard]] bool needs_http(const RuleConfig& rule) noexcept;
/// True for a fault that acts on a connection as a whole, which on an HTTP listener no exchange
/// owns.
[[nodiscard]] bool needs_tcp(const FaultSpec& fault) noexcept;

}  // namespace faultline::rules

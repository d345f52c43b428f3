// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "rules/decision.h"

#include <fmt/core.h>

#include <numeric>

namespace faultline::rules {

std::string_view verdict_name(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::Disarmed:
      return "disarmed";
    case Verdict::NoKey:
      return "no_key";
    case Verdict::KeyLimit:
      return "key_limit";
    case Verdict::Window:
      return "window";
    case Verdict::Trigger:
      return "trigger";
    case Verdict::Chance:
      return "chance";
    case Verdict::Budget:
      return "budget";
    case Verdict::Fired:
      return "fired";
  }
  return "unknown";
}

std::string_view bypass_reason_name(BypassReason reason) noexcept {
  switch (reason) {
    case BypassReason::Streaming:
      return "streaming";
    case BypassReason::TooLate:
      return "too_late";
    case BypassReason::Compressed:
      return "compressed";
    case BypassReason::UnsupportedProtocol:
      return "unsupported_protocol";
    case BypassReason::BufferLimit:
      return "buffer_limit";
    case BypassReason::NotJson:
      return "not_json";
    case BypassReason::NoTarget:
      return "no_target";
  }
  return "unknown";
}

std::string_view scope_kind_name(ScopeKind kind) noexcept {
  switch (kind) {
    case ScopeKind::Run:
      return "run";
    case ScopeKind::Connection:
      return "connection";
    case ScopeKind::Route:
      return "route";
    case ScopeKind::MessageKey:
      return "message_key";
    case ScopeKind::Client:
      return "client";
  }
  return "unknown";
}

uint64_t RuleCounters::bypassed_total() const noexcept {
  return std::accumulate(bypassed.begin(), bypassed.end(), uint64_t{0});
}

std::string key_text(const Decision& decision) {
  const auto& key = decision.key;
  if (decision.kind != ScopeKind::Connection || key.size() != 12) return key;
  const auto big_endian = [&key](size_t from, size_t to) {
    uint64_t value = 0;
    for (size_t i = from; i < to; ++i) value = value << 8U | static_cast<unsigned char>(key[i]);
    return value;
  };
  return fmt::format("{}/{}", big_endian(0, 4), big_endian(4, 12));
}

std::string decision_line(std::string_view rule, const Decision& decision,
                          std::string_view action) {
  return fmt::format("{} {} {} {} {:016x} {} {}", rule, scope_kind_name(decision.kind),
                     json_quote(key_text(decision)), decision.occurrence, decision.u0,
                     verdict_name(decision.verdict), decision.fired() ? action : "-");
}

}  // namespace faultline::rules

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/clock.h"
#include "proxy/base/diagnostic.h"
#include "proxy/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::rules {

/// A day of the proleptic Gregorian calendar, UTC.
struct Date {
  int32_t days = 0;  // since 1970-01-01
  friend constexpr auto operator<=>(Date, Date) = default;

  [[nodiscard]] static Date of(WallTime time) noexcept;
  /// `2026-11-21`, a day that exists.
  [[nodiscard]] static std::optional<Date> parse(std::string_view text) noexcept;
  [[nodiscard]] std::string text() const;
};

/// A finding that people know about. The fingerprint decides; rule, operation and where say what it
/// was, for readers, and in which half of which operation its absence counts.
struct BaselineEntry {
  std::string fingerprint;  // 16 hex digits
  std::string rule;         // "http.response.body.type"
  std::string operation;    // "GET /items"
  std::string direction;    // "request", "response"
  std::string where;        // "body /items/*/age"
  std::string reason;       // why it is accepted; never empty
  std::string owner;
  Date accepted;
  std::optional<Date> expires;  // the last day on which it is accepted
  std::optional<Date> fixed;    // of entries in Baseline::fixed: when its absence was noted
  uint32_t returns = 0;         // how often it was fixed and accepted again

  [[nodiscard]] bool is_expired(Date today) const noexcept { return expires && *expires < today; }
};

/// The known findings of a system: a file that lives beside the contracts and is reviewed like
/// them.
struct Baseline {
  std::vector<BaselineEntry> accepted;  // by fingerprint
  std::vector<BaselineEntry> fixed;     // were accepted and then gone: their return is a regression

  [[nodiscard]] const BaselineEntry* find_accepted(std::string_view fingerprint) const noexcept;
  [[nodiscard]] const BaselineEntry* find_fixed(std::string_view fingerprint) const noexcept;
};

/// Version 1 of the file. An unknown key, a date that does not exist or a fingerprint in two places
/// is an error with its place: a baseline that is half understood would let findings pass.
struct BaselineLoad {
  std::optional<Baseline> baseline;  // nothing when there is an error
  std::vector<Diagnostic> diagnostics;
};
[[nodiscard]] BaselineLoad load_baseline(const SourceFilePtr& file);

/// The same file as text, entries by fingerprint: what load_baseline() reads back as it was.
[[nodiscard]] std::string baseline_yaml(const Baseline& baseline);

/// The fingerprints of version 1 (contracts::kFingerprintVersion); another makes the file useless.
inline constexpr int kBaselineFingerprintVersion = 1;

}  // namespace faultline::rules

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/baseline.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <chrono>
#include <utility>

// version: 1
// fingerprint_version: 1
// accepted:                     findings that may be there
//   - fingerprint: "16 hex digits"
//     rule: "http.response.body.type"
//     operation: "GET /items"
//     direction: "response"
//     where: "body /items/*/age"
//     reason: "why"
//     owner: "who"              left out when nobody is named
//     accepted: "2026-11-21"
//     expires: "2027-02-01"     left out when it never does
//     returns: 1                how often it was fixed and accepted again; left out when never
// fixed:                        the same, with one more key
//     fixed: "2026-12-01"

namespace faultline::rules {
namespace {

namespace calendar = std::chrono;

constexpr int64_t kDayNs = 24LL * 60 * 60 * 1'000'000'000;

const BaselineEntry* find_in(const std::vector<BaselineEntry>& entries,
                             std::string_view fingerprint) noexcept {
  const auto at = std::find_if(entries.begin(), entries.end(), [&](const BaselineEntry& entry) {
    return entry.fingerprint == fingerprint;
  });
  return at == entries.end() ? nullptr : &*at;
}

void write_line(std::string& out, std::string_view key, std::string_view text) {
  if (text.empty()) return;
  out.append("    ").append(key).append(": ").append(json_quote(text)).append("\n");
}

void write_entry(std::string& out, const BaselineEntry& entry) {
  out.append("  - fingerprint: ").append(json_quote(entry.fingerprint)).append("\n");
  write_line(out, "rule", entry.rule);
  write_line(out, "operation", entry.operation);
  write_line(out, "direction", entry.direction);
  write_line(out, "where", entry.where);
  write_line(out, "reason", entry.reason);
  write_line(out, "owner", entry.owner);
  write_line(out, "accepted", entry.accepted.text());
  if (entry.expires) write_line(out, "expires", entry.expires->text());
  if (entry.returns > 0) {
    out.append("    returns: ").append(std::to_string(entry.returns)).append("\n");
  }
  if (entry.fixed) write_line(out, "fixed", entry.fixed->text());
}

void write_list(std::string& out, std::string_view key, std::vector<BaselineEntry> entries) {
  out.append(key).append(entries.empty() ? ": []\n" : ":\n");
  std::sort(entries.begin(), entries.end(), [](const BaselineEntry& a, const BaselineEntry& b) {
    return a.fingerprint < b.fingerprint;
  });
  for (const BaselineEntry& entry : entries) write_entry(out, entry);
}

std::string padded(unsigned number, size_t digits) {
  std::string text = std::to_string(number);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return text;
}

}  // namespace

Date Date::of(WallTime time) noexcept {
  const int64_t days = time.ns / kDayNs - (time.ns % kDayNs < 0 ? 1 : 0);
  return {static_cast<int32_t>(days)};
}

std::optional<Date> Date::parse(std::string_view text) noexcept {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = parse_u64(text.substr(0, 4));
  const auto month = parse_u64(text.substr(5, 2));
  const auto day = parse_u64(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const calendar::year_month_day date(calendar::year(static_cast<int>(*year)),
                                      calendar::month(static_cast<unsigned>(*month)),
                                      calendar::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  return Date{static_cast<int32_t>(calendar::sys_days(date).time_since_epoch().count())};
}

std::string Date::text() const {
  const calendar::year_month_day date{calendar::sys_days(calendar::days(days))};
  return padded(static_cast<unsigned>(static_cast<int>(date.year())), 4) + "-" +
         padded(static_cast<unsigned>(date.month()), 2) + "-" +
         padded(static_cast<unsigned>(date.day()), 2);
}

const BaselineEntry* Baseline::find_accepted(std::string_view fingerprint) const noexcept {
  return find_in(accepted, fingerprint);
}

const BaselineEntry* Baseline::find_fixed(std::string_view fingerprint) const noexcept {
  return find_in(fixed, fingerprint);
}

std::string baseline_yaml(const Baseline& baseline) {
  std::string out =
      "# Findings that are known. `faultline check --baseline` lets the accepted ones pass until "
      "they\n# expire. Written by `faultline baseline`; reason, owner and expires may be edited.\n"
      "version: 1\nfingerprint_version: 1\n";
  write_list(out, "accepted", baseline.accepted);
  write_list(out, "fixed", baseline.fixed);
  return out;
}

}  // namespace faultline::rules

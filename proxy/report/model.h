// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/json/writer.h"
#include "proxy/run/run_result.h"
#include "redaction/redactor.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// What several writers derive from the model. Private to this room.
namespace faultline::report {

/// A finished artefact. Its parts are RedactedText, or texts of contracts, the configuration and
/// this project: this is the one place of the room that vouches.
[[nodiscard]] redaction::RedactedText finished(std::string text);

/// Counts of findings by cause (natural, injected, mixed) and severity (error, warning, note).
struct FindingCounts {
  std::array<std::array<uint64_t, 3>, 3> by_cause_and_severity{};
  [[nodiscard]] uint64_t of(run::Cause cause) const noexcept;
  [[nodiscard]] uint64_t of(run::Cause cause, contracts::Severity severity) const noexcept;
  [[nodiscard]] uint64_t all() const noexcept;
};
[[nodiscard]] FindingCounts count_findings(const std::vector<run::Finding>& findings);

/// What a reader should see first: those with natural messages, then injected ones; each as they
/// come, which is by severity.
[[nodiscard]] std::vector<const run::Finding*> by_attention(
    const std::vector<run::Finding>& findings);

/// `cart.openapi.yaml:212:5`; empty without a file.
[[nodiscard]] std::string place_text(const contracts::ContractPlace& place);

/// `http: seen 10 = checked 8 + skipped 1 + dropped 1`, with `!=` when it does not hold.
[[nodiscard]] std::string identity_text(std::string_view protocol,
                                        const run::Accounting& accounting);

/// `1 message`, `3 messages`.
[[nodiscard]] std::string messages_text(uint64_t count);

/// "12.500": a share of a whole that is not 0, for a thousand of it.
[[nodiscard]] std::string per_thousand(uint64_t part, uint64_t whole);

/// The command that repeats the check of one finding.
[[nodiscard]] std::string check_command(const run::RunResult& result, const run::Finding& finding);

/// {"reason": count, ..}
void write_counts(json::Writer& writer, const run::CountsByName& counts);

/// A JSON text from elsewhere: as it stands when it is JSON, null when empty, else a string.
void write_json_text(json::Writer& writer, std::string_view text);

}  // namespace faultline::report

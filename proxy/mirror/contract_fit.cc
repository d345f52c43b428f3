// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/mirror/contract_fit.h"

#include "contracts/json_schema/readings.h"
#include "proxy/json/serialize.h"
#include "proxy/json/splice.h"
#include "proxy/json/tape.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace faultline::mirror {
namespace {

// So many zeros are one digit over and over, which the second scan knows as ours.
constexpr int64_t kZerosMax = 9;

// Each replaced value is looked for from the root: beyond so many, to check the message again costs
// less.
constexpr size_t kSoleChangesMax = 16;

// The value that a keyword asks for, as JSON.
std::optional<std::string> wanted_by(std::string_view keyword, json::Value limit) {
  if (keyword == "enum") {
    const auto first = limit.is_array() ? limit.at(0) : std::nullopt;
    return first ? std::optional(json::to_text(*first)) : std::nullopt;
  }
  if (keyword == "const") return json::to_text(limit);
  if (keyword == "minimum" || keyword == "maximum") {
    return limit.is_number() ? std::optional(json::to_text(limit)) : std::nullopt;
  }
  if (keyword == "maxLength") {
    const auto most = limit.is_number() ? limit.as_int64() : std::nullopt;
    if (!most || *most < 0) return std::nullopt;
    return "\"" + std::string(static_cast<size_t>(std::min(*most, kZerosMax)), '0') + "\"";
  }
  return std::nullopt;
}

bool has(const contracts::CheckResult& result, const contracts::Violation& wanted) {
  return std::any_of(result.violations.begin(), result.violations.end(),
                     [&wanted](const contracts::Violation& violation) {
                       return violation.pointer == wanted.pointer &&
                              violation.keyword == wanted.keyword &&
                              violation.location == wanted.location;
                     });
}

bool are_same(const std::vector<FieldView>& fields,
              const std::vector<redaction::RedactedMessage::Field>& redacted) {
  return std::equal(
      fields.begin(), fields.end(), redacted.begin(), redacted.end(),
      [](const FieldView& a, const auto& b) { return a.name == b.name && a.value == b.value; });
}

}  // namespace

std::vector<redaction::Fit> fits_for(const contracts::CheckResult& before,
                                     const contracts::CheckResult& after) {
  std::vector<redaction::Fit> fits;
  for (const auto& violation : after.violations) {
    if (violation.location != contracts::Location::Body || has(before, violation)) continue;
    const auto expected = json::Document::parse(violation.expected);
    const auto limit = expected && expected->root().is_object()
                           ? expected->root().find(violation.keyword)
                           : std::nullopt;
    if (!limit) continue;
    if (auto value = wanted_by(violation.keyword, *limit)) {
      fits.push_back({violation.pointer, std::move(*value)});
    }
  }
  return fits;
}

bool says_the_same(const contracts::CheckResult& a, const contracts::CheckResult& b) {
  const auto findings = [](const contracts::CheckResult& result) {
    std::vector<std::tuple<std::string_view, std::string_view, std::string_view>> all;
    for (const auto& violation : result.violations) {
      all.emplace_back(violation.rule, violation.contract.pointer, violation.keyword);
    }
    std::sort(all.begin(), all.end());
    return all;
  };
  return a.verdict == b.verdict && a.violations_left_out == b.violations_left_out &&
         findings(a) == findings(b);
}

bool says_surely_the_same(const contracts::CheckResult& before, const MessageView& message,
                          const redaction::RedactedMessage& redacted) {
  if (before.body_readings == nullptr || redacted.method() != message.method ||
      redacted.target() != message.target || !are_same(message.fields, redacted.fields()) ||
      !are_same(message.trailers, redacted.trailers())) {
    return false;
  }
  if (redacted.body_replaced().size() > kSoleChangesMax) return false;
  const std::string_view body = redacted.body();
  size_t shift = 0;  // of what follows; wraps round below zero
  for (const auto& [begin, end, size] : redacted.body_replaced()) {
    const auto value = json::sole_change(before.body->root(), {begin, end - begin},
                                         body.substr(begin + shift, size));
    if (!value || before.body_readings->has(*value)) return false;
    shift += size - size_t{end - begin};
  }
  return true;
}

}  // namespace faultline::mirror

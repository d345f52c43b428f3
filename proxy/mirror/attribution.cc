// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/mirror/attribution.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <array>

namespace faultline::mirror {
namespace {

// Keywords that look at a whole value: a change anywhere below can break them.
constexpr std::array<std::string_view, 14> kWholeValueKeywords{
    "oneOf",         "anyOf",         "allOf",    "not",        "if",
    "contains",      "uniqueItems",   "enum",     "const",      "minProperties",
    "maxProperties", "discriminator", "minItems", "minContains"};

// Faults that make or remake the message they act on: whatever is wrong with it is theirs.
bool is_maker(std::string_view fault) noexcept {
  constexpr std::array<std::string_view, 6> kMakers{"abort",    "connect",        "edit",
                                                    "truncate", "stale_response", "swap_responses"};
  return std::find(kMakers.begin(), kMakers.end(), fault) != kMakers.end();
}

std::string_view parent(std::string_view pointer) {
  const size_t slash = pointer.rfind('/');
  return slash == std::string_view::npos ? pointer : pointer.substr(0, slash);
}

std::string unescaped_last_token(std::string_view pointer) {
  const size_t slash = pointer.rfind('/');
  std::string token;
  const std::string_view raw =
      slash == std::string_view::npos ? pointer : pointer.substr(slash + 1);
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '~' && i + 1 < raw.size()) {
      token += raw[++i] == '0' ? '~' : '/';
    } else {
      token += raw[i];
    }
  }
  return token;
}

bool is_below(std::string_view pointer, std::string_view ancestor) {
  return pointer.size() > ancestor.size() && pointer.starts_with(ancestor) &&
         pointer[ancestor.size()] == '/';
}

// At or below the renamed member: its new name beside the old place, with as many '_' as it took
// to be free.
bool is_renamed(std::string_view place, std::string_view drift) {
  constexpr std::string_view kSuffix = "_renamed";
  if (drift.empty() || !place.starts_with(drift)) return false;
  std::string_view rest = place.substr(drift.size());
  if (!rest.starts_with(kSuffix)) return false;
  rest.remove_prefix(kSuffix.size());
  rest.remove_prefix(std::min(rest.find_first_not_of('_'), rest.size()));
  return rest.empty() || rest.front() == '/';
}

}  // namespace

bool follows_from_drift(const contracts::Violation& violation, const AppliedFault& fault) {
  const std::string_view place = violation.pointer;
  const std::string_view drift = fault.pointer;
  // Where an element was taken out the next one stands now, and that one nobody touched.
  const bool is_place_gone = fault.action == "remove element";
  if (!is_place_gone && (place == drift || is_below(place, drift))) return true;
  if (is_renamed(place, drift)) return true;
  if (place == parent(drift)) {
    const bool names_member =
        violation.expected.find(json_quote(unescaped_last_token(drift))) != std::string::npos;
    if (violation.keyword == "required" && names_member) return true;
  }
  const bool is_whole = std::find(kWholeValueKeywords.begin(), kWholeValueKeywords.end(),
                                  violation.keyword) != kWholeValueKeywords.end();
  return is_whole && is_below(drift, place);
}

bool make_response(std::span<const AppliedFault> faults) noexcept {
  constexpr std::array<std::string_view, 4> kAnswers{"abort", "connect", "stale_response",
                                                     "swap_responses"};
  return std::any_of(faults.begin(), faults.end(), [&](const AppliedFault& fault) {
    if (fault.direction != Direction::Response) return false;
    if (fault.fault == "edit") return fault.action.find(", status ") != std::string::npos;
    return std::find(kAnswers.begin(), kAnswers.end(), fault.fault) != kAnswers.end();
  });
}

std::vector<run::InjectedFault> causes_of(const contracts::Violation& violation,
                                          std::span<const AppliedFault> faults) {
  std::vector<run::InjectedFault> causes;
  for (const auto& fault : faults) {
    if (fault.direction != violation.direction) continue;
    const bool is_cause =
        is_maker(fault.fault) ||
        (fault.fault == "schema_drift" && violation.location == contracts::Location::Body &&
         follows_from_drift(violation, fault));
    if (is_cause) causes.push_back({fault.rule, fault.fault, fault.event_id});
  }
  return causes;
}

}  // namespace faultline::mirror

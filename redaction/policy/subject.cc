// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#include "redaction/policy/subject.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace faultline::redaction {
namespace {

// Without `_` and `-`, in lower case. What is given to one person once comes before what may
// change.
constexpr std::array<std::string_view, 16> kNames{
    "personid",   "patientid", "userid",    "customerid", "memberid", "employeeid",
    "studentid",  "insuredid", "subjectid", "mrn",        "ssn",      "accountid",
    "customerno", "email",     "username",  "login"};

bool is_called(std::string_view name, std::string_view normal) {
  size_t i = 0;
  for (const char c : name) {
    if (c == '_' || c == '-') continue;
    if (i == normal.size() || ascii_lower(c) != normal[i]) return false;
    ++i;
  }
  return i == normal.size();
}

}  // namespace

std::string_view subject_of(json::Value object) noexcept {
  std::string_view subject;
  size_t best = kNames.size();
  for (const json::Member member : object.members()) {
    const bool is_text = member.value.is_string() && !member.value.string().empty();
    if (!is_text && !member.value.is_number()) continue;
    const auto* const last = kNames.begin() + best;
    const auto* const at = std::find_if(kNames.begin(), last, [&](std::string_view normal) {
      return is_called(member.name(), normal);
    });
    if (at == last) continue;
    best = static_cast<size_t>(at - kNames.begin());
    subject = is_text ? member.value.string() : member.value.number_text();
  }
  return subject;
}

}  // namespace faultline::redaction

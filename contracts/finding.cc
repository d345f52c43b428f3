// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/finding.h"

#include "proxy/base/hash.h"

namespace faultline::contracts {

std::string_view severity_name(Severity severity) noexcept {
  switch (severity) {
    case Severity::Error:
      return "error";
    case Severity::Warning:
      return "warning";
    case Severity::Note:
      return "note";
  }
  return "unknown";
}

std::string_view finding_class_name(FindingClass value) noexcept {
  switch (value) {
    case FindingClass::Violation:
      return "violation";
    case FindingClass::Undocumented:
      return "undocumented";
    case FindingClass::Unverifiable:
      return "unverifiable";
    case FindingClass::AmbiguousContract:
      return "ambiguous_contract";
  }
  return "unknown";
}

std::string_view location_name(Location location) noexcept {
  switch (location) {
    case Location::Body:
      return "body";
    case Location::Query:
      return "query";
    case Location::Header:
      return "header";
    case Location::Path:
      return "path";
    case Location::Cookie:
      return "cookie";
    case Location::Status:
      return "status";
    case Location::Message:
      return "message";
  }
  return "unknown";
}

std::string fingerprint(const Violation& violation, std::string_view protocol) {
  const ContractPlace& contract = violation.contract;
  std::string key;
  // Each part ends with a byte that occurs in none of them.
  for (const std::string_view part :
       {std::string_view(violation.rule), protocol, std::string_view(violation.operation),
        direction_name(violation.direction), location_name(violation.location),
        std::string_view(violation.pointer_template),
        std::string_view(contract.resolved.empty() ? contract.pointer : contract.resolved),
        std::string_view(violation.keyword)}) {
    key += part;
    key += '\0';
  }
  return hex64(hash64(key));
}

}  // namespace faultline::contracts

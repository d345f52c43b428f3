// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/message_view.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::contracts {

enum class Severity : uint8_t { Error, Warning, Note };
[[nodiscard]] std::string_view severity_name(Severity severity) noexcept;

/// What kind of disagreement (facts/contracts.md section 3.2).
enum class FindingClass : uint8_t {
  Violation,     // the contract forbids what was seen
  Undocumented,  // the contract does not know it
  Unverifiable,  // it could not be checked; never a silent pass
  AmbiguousContract,
};
[[nodiscard]] std::string_view finding_class_name(FindingClass value) noexcept;

/// Which part of the message.
enum class Location : uint8_t { Body, Query, Header, Path, Cookie, Status, Message };
[[nodiscard]] std::string_view location_name(Location location) noexcept;

/// A place in a contract file. line and column count from 1; 0 = no place.
struct ContractPlace {
  std::string file;
  uint32_t line = 0;
  uint32_t column = 0;
  std::string pointer;   // where the check was written: "/paths/~1pets/get/..."
  std::string resolved;  // after $ref, when different
};

/// One disagreement in one message, as an engine reports it. `raw_value` is traffic: the analysis
/// pipeline redacts it and drops it; it is never written. Everything else is free of traffic
/// values except `pointer`, whose member names come from the message (redacted before writing).
struct Violation {
  std::string rule;  // "http.response.body.type"
  FindingClass kind = FindingClass::Violation;
  Severity severity = Severity::Error;
  Direction direction = Direction::Response;
  std::string operation;  // "GET /pets/{id}", or "GET (undocumented)"
  ContractPlace contract;
  Location location = Location::Body;
  std::string pointer;           // concrete: "/items/3/age", or the parameter's name
  std::string pointer_template;  // "/items/*/age"
  std::string keyword;           // "type", "required", "status", ...
  std::string expected;          // JSON text: {"type":"integer"}
  std::string actual;            // JSON text without values: {"type":"string","length":"1-8"}
  std::string raw_value;         // at most 256 bytes of the offending value
  std::string hint;
};

/// 16 hex digits: xxh3 of (rule, protocol, operation, direction, location, pointer template,
/// resolved contract pointer, keyword). No values, no wording, so it survives both.
[[nodiscard]] std::string fingerprint(const Violation& violation, std::string_view protocol);
inline constexpr int kFingerprintVersion = 1;

}  // namespace faultline::contracts

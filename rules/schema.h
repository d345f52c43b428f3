// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The one table of configuration keys. From it come the JSON Schema for editors, the checks for
/// unknown, missing and mistyped keys, and the commented template of `config init`.
namespace faultline::rules {

enum class FieldType : uint8_t {
  Text,
  Name,  // of a listener, rule, phase or run: it becomes part of file names and reports
  Integer,
  Boolean,
  Decimal,
  Duration,
  ByteSize,
  Rate,
  Probability,
  Address,
  Upstream,
  PathTemplate,
  Pointer,
  Comparison,  // ">= 1"
  MediaType,
  Enumeration,
  Texts,
  Enumerations,
  Integers,
  TextOrTexts,
  Statuses,  // 404, 5xx, 500-599, or a list of them
  DurationPair,
  Durations,
  TextMap,
  Scope,  // a word of the enumeration, or the object `scope`
  Object,
  Objects,
};

struct FieldInfo {
  std::string_view object;  // the object that owns the key; "" is the whole file
  std::string_view key;
  FieldType type = FieldType::Text;
  std::string_view of;  // Object, Objects: its name; Enumeration(s), Scope: words by '|'
  bool required = false;
  std::string_view fallback;  // what absence means, as text; empty: nothing to say
  std::string_view example;   // a valid value as YAML; for the template
  std::string_view doc;       // one sentence
  bool shown = false;         // active in the template, not only as a comment
};

struct ObjectInfo {
  std::string_view name;
  std::string_view title;   // "fault": for messages
  std::string_view plural;  // "faults": what its keys are, for notes
  std::string_view noun;    // "not a fault"
  bool one_key = false;     // exactly one of its keys
};

[[nodiscard]] std::span<const FieldInfo> field_table() noexcept;
[[nodiscard]] std::span<const ObjectInfo> object_table() noexcept;

/// The rows of one object, in order; none when there is no such object.
[[nodiscard]] std::span<const FieldInfo> fields_of(std::string_view object) noexcept;
[[nodiscard]] const FieldInfo* find_field(std::string_view object, std::string_view key) noexcept;
[[nodiscard]] const ObjectInfo& object_info(std::string_view object) noexcept;

/// JSON Schema draft-07 (yaml-language-server knows no later one).
[[nodiscard]] std::string config_json_schema();

/// A configuration that loads, with every key explained.
[[nodiscard]] std::string config_template();

}  // namespace faultline::rules

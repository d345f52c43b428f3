// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/schema.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace faultline::contracts::json_schema {

/// What the fast mode keeps of the way: no names, no pointers. A register for each id: two in one
/// have to be packed anew at every step, which costs more than the step.
struct FastFrame {
  uint64_t schema = kNoSchema;
  uint64_t top = kNoSchema;  // the first schema that judged this place of the value
};

/// How one evaluation step was reached from the one above it: down the value and down the schema.
/// Lives on the stack; pointers are spelled out only when there is an error to report.
struct Frame {
  enum class Step : uint8_t {
    Same,       // the same value again: allOf, $ref, ...
    Element,    // into an array
    Member,     // into a member the schema names
    MapMember,  // into a member of a map
  };
  static constexpr uint32_t kNoIndex = UINT32_MAX;

  SchemaId schema = kNoSchema;
  Step step = Step::Same;
  const Frame* parent = nullptr;
  std::string_view keyword = {};  // "" for a reference, which leaves no token
  std::string_view name = {};     // of the property, as the schema spells it
  uint32_t index = kNoIndex;      // of the branch
  std::string_view member = {};   // of the value

  /// The first schema that judged this place of the value.
  [[nodiscard]] SchemaId top() const noexcept;
  [[nodiscard]] std::string schema_path() const;
  [[nodiscard]] std::string pointer_template() const;
};

}  // namespace faultline::contracts::json_schema

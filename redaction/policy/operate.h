// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/classes.h"
#include "redaction/policy/operators.h"
#include "redaction/surrogate.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What an operator makes of one value. Every result is stable: operated on again, it stays.
namespace faultline::redaction {

/// What can stand there.
enum class Slot : uint8_t {
  Text,    // any characters
  Number,  // a JSON number; operators that make texts fall back to the shape
};

struct Operand {
  ClassId class_id;
  Slot slot;
  std::string_view value;    // what is replaced
  std::string_view subject;  // whose it is, where that is known; see subject.h
};

/// The replacement; nothing when the value stays as it is. `shape` is what the shape operator puts
/// there. An operator that cannot be applied (a mask for a secret, a shift for what is no date)
/// gives way to the shape.
[[nodiscard]] std::optional<std::string> operate(Operator op, const Operand& operand,
                                                 std::string shape, const Surrogates& surrogates);

/// True when one of the table's operators may have made the value, so that it is left alone when it
/// is met under another name.
[[nodiscard]] bool is_operated(const OperatorTable& table, const Operand& operand);

/// Bytes that are left of a masked value at its end.
inline constexpr size_t kMaskShownMax = 4;
/// Shorter values are not masked: what is shown would be too much of them.
inline constexpr size_t kMaskedBytesMin = 12;

}  // namespace faultline::redaction

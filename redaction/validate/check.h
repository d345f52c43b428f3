// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#pragma once

#include <cstdint>
#include <string_view>

/// Validators: exact arithmetic over one value, without state, allocation or context. With checks.h
/// the only code that the redactor and the second scan share.
namespace faultline::redaction::validate {

/// The validators a row of classes.def can name.
enum class Check : uint8_t {
#define FL_REDACTION_CHECK(name, function, reads) name,
#include "redaction/validate/checks.def"
#undef FL_REDACTION_CHECK
};

/// True when the value passes the check, whatever separators stand in it.
[[nodiscard]] bool holds(Check check, std::string_view value) noexcept;

/// The name as the table spells it, and back; None for an unknown one.
[[nodiscard]] std::string_view check_name(Check check) noexcept;
[[nodiscard]] Check check_by_name(std::string_view name) noexcept;

}  // namespace faultline::redaction::validate

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/schema.h"
#include "proxy/json/tape.h"

#include <string>
#include <string_view>

namespace faultline::contracts::json_schema {

/// What the keyword asks for, from the contract: {"type":"integer"}. Long lists are cut.
[[nodiscard]] std::string describe_expected(const Schema& schema, std::string_view keyword);

/// What stands there instead, without its value: {"type":"string","length":"1-8"}.
[[nodiscard]] std::string describe_actual(json::Value value);

/// "integer" for whole numbers, else the kind's name.
[[nodiscard]] std::string_view type_name(json::Value value) noexcept;

}  // namespace faultline::contracts::json_schema

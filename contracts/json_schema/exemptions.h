// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/json_schema/schema.h"

#include <cstdint>
#include <optional>
#include <string_view>

/// OpenAPI 3.0 asks for a required property that is readOnly in responses only, and for one that is
/// writeOnly in requests only (3.0.3, section 4.7.24.2).
namespace faultline::contracts::json_schema {

/// Marks the schemas at whose place of the value such a property is declared, so that nobody
/// searches where there is none. Does nothing for other dialects.
void close_exemptions(Program& program);

/// Whether the member `name` may be absent although it is required, wherever at this place of the
/// value it is declared: in the schema `top` or in what it refers to or consists of. Each schema
/// that is looked at takes one of `steps`; nothing when they do not suffice. Any thread.
[[nodiscard]] std::optional<bool> is_exempt(const Program& program, SchemaId top,
                                            std::string_view name, bool is_request,
                                            uint32_t& steps);

}  // namespace faultline::contracts::json_schema

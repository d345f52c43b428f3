// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "rules/config.h"
#include "rules/facts.h"

#include <string_view>

// The predicates of the matcher on texts of a message. None allocates.
namespace faultline::rules {

/// True when any field of that name has the wanted value (or is there, for a match without one).
[[nodiscard]] bool has_field(const FieldLookup& fields, const TextMatch& wanted) noexcept;

/// The same for parameters of a query string; names and values are compared decoded.
[[nodiscard]] bool has_query_parameter(std::string_view query, const TextMatch& wanted) noexcept;

/// True when Content-Type names that media type, without regard to case and parameters. `x/*`
/// takes every subtype, `*/*` every type.
[[nodiscard]] bool has_media_type(const FieldLookup& fields, std::string_view wanted) noexcept;

/// percent_decode(raw, plus_as_space) == wanted, without building the text.
[[nodiscard]] bool decoded_equals(std::string_view raw, std::string_view wanted) noexcept;

}  // namespace faultline::rules

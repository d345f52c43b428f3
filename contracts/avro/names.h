// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Names of Avro 1.12 (Specification, "Names"): letters, digits and `_`, the first no digit; a
/// fullname is a namespace and a name, joined by dots. Case matters.
namespace faultline::contracts::avro {

/// Of a name, a namespace, a fullname, an alias, a reference. The specification has no bound; each
/// type repeats the namespace around it, so that without one a megabyte becomes many gigabytes.
inline constexpr size_t kNameBytesMax = 1'024;

/// A name without a namespace: of a field, a symbol, the last part of a type's.
[[nodiscard]] bool is_simple_name(std::string_view text) noexcept;
/// Names joined by dots: a fullname or a namespace.
[[nodiscard]] bool is_dotted_name(std::string_view text) noexcept;

/// "a.b" of "a.b.C"; empty for the null namespace.
[[nodiscard]] std::string_view namespace_of(std::string_view full_name) noexcept;
/// "C" of "a.b.C".
[[nodiscard]] std::string_view simple_name_of(std::string_view full_name) noexcept;

/// `name` seen from within `space`: itself when it has dots, else the name in that namespace.
[[nodiscard]] std::string full_name(std::string_view name, std::string_view space);

}  // namespace faultline::contracts::avro

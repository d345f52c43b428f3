// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace faultline::contracts::avro {

/// The types of Avro. The first eight are primitive: their names may be used without a definition.
enum class Kind : uint8_t {
  Null,
  Boolean,
  Int,
  Long,
  Float,
  Double,
  Bytes,
  String,
  Record,
  Enum,
  Array,
  Map,
  Union,
  Fixed,
};
inline constexpr size_t kPrimitives = 8;

/// "long", "record".
[[nodiscard]] std::string_view kind_name(Kind kind) noexcept;
/// The primitive type of that name.
[[nodiscard]] std::optional<Kind> primitive_of(std::string_view name) noexcept;
/// Record, Enum or Fixed: a definition gives it a name of its own.
[[nodiscard]] constexpr bool is_named(Kind kind) noexcept {
  return kind == Kind::Record || kind == Kind::Enum || kind == Kind::Fixed;
}

}  // namespace faultline::contracts::avro

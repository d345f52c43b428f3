// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/avro/kind.h"

#include <algorithm>
#include <array>

namespace faultline::contracts::avro {
namespace {

constexpr std::array<std::string_view, 14> kNames{
    "null",   "boolean", "int",  "long",  "float", "double", "bytes",
    "string", "record",  "enum", "array", "map",   "union",  "fixed",
};

}  // namespace

std::string_view kind_name(Kind kind) noexcept { return kNames[static_cast<size_t>(kind)]; }

std::optional<Kind> primitive_of(std::string_view name) noexcept {
  const auto end = kNames.begin() + kPrimitives;
  const auto found = std::find(kNames.begin(), end, name);
  if (found == end) return std::nullopt;
  return static_cast<Kind>(found - kNames.begin());
}

}  // namespace faultline::contracts::avro

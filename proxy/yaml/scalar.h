// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace faultline::yaml {

/// What a plain scalar means in the core schema of YAML 1.2 (section 10.3.2).
struct CoreScalar {
  enum class Kind : uint8_t { Null, Bool, Number, Text };
  Kind kind = Kind::Text;
  bool boolean = false;
  std::string number;  // in JSON's syntax: `+012` is "12", `0x1F` is "31", `.5` is "0.5"
};

/// `.inf` and `.nan` have no JSON number and stay texts, as do integers in base 8 or 16 that need
/// more than 64 bits.
[[nodiscard]] CoreScalar resolve_plain(std::string_view text);

}  // namespace faultline::yaml

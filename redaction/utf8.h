// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstdint>
#include <string>

namespace faultline::redaction {

/// Appends a character (RFC 3629). Any code up to U+10FFFF; the caller has dealt with surrogates.
inline void append_utf8(std::string& out, uint32_t code) {
  const auto add = [&out](uint32_t byte) { out += static_cast<char>(byte); };
  const auto add_rest = [&add](uint32_t value, unsigned bytes) {
    while (bytes-- > 0) add(0x80U | ((value >> (6U * bytes)) & 0x3FU));
  };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0U | (code >> 6U));
    add_rest(code, 1);
  } else if (code < 0x10000) {
    add(0xE0U | (code >> 12U));
    add_rest(code, 2);
  } else {
    add(0xF0U | (code >> 18U));
    add_rest(code, 3);
  }
}

}  // namespace faultline::redaction

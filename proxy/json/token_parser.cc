// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/token_parser.h"

namespace faultline::json {
namespace {

const char* skip_digits(const char* at) noexcept {
  while (is_ascii_digit(*at)) ++at;
  return at;
}

}  // namespace

const char* end_of_fraction_and_exponent(const char* at) noexcept {
  if (*at == '.') {
    const char* const digits = at + 1;
    at = skip_digits(digits);
    if (at == digits) return nullptr;
  }
  if (*at == 'e' || *at == 'E') {
    ++at;
    if (*at == '+' || *at == '-') ++at;
    const char* const digits = at;
    at = skip_digits(digits);
    if (at == digits) return nullptr;
  }
  return at;
}

}  // namespace faultline::json

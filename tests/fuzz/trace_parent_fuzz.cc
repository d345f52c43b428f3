// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// A traceparent is taken exactly when a slow reading of the recommendation takes it, and what was
// taken reads back when it is written down as version 00.
#include "proxy/base/trace_context.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using faultline::TraceParent;

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}
bool is_zero(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos;
}

bool is_valid(std::string_view value) {
  if (value.size() < 55) return false;
  const std::string_view version = value.substr(0, 2);
  if (value.size() > 55 && (version == "00" || value[55] != '-')) return false;
  const std::string_view trace = value.substr(3, 32);
  const std::string_view span = value.substr(36, 16);
  return is_hex(version) && version != "ff" && value[2] == '-' && is_hex(trace) &&
         !is_zero(trace) && value[35] == '-' && is_hex(span) && !is_zero(span) &&
         value[52] == '-' && is_hex(value.substr(53, 2));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string value(data, data + size);
  const auto parent = faultline::parse_traceparent(value);
  require(parent.has_value() == is_valid(value));
  if (!parent) return 0;
  const std::string written = faultline::format_traceparent(*parent);
  require(written.starts_with("00-"));
  require(written.substr(3, 50) == value.substr(3, 50));
  require(faultline::parse_traceparent(written) == parent);
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/http/trace_fields.h"

#include "proxy/base/text.h"

namespace faultline::http {
namespace {

constexpr std::string_view kTraceParent = "traceparent";

}  // namespace

std::optional<TraceParent> find_trace_parent(const Fields& fields) noexcept {
  const Field* found = nullptr;
  for (const Field& field : fields.all()) {
    if (!iequals(field.name, kTraceParent)) continue;
    if (found != nullptr) return std::nullopt;  // which of them would the next hop believe?
    found = &field;
  }
  return found == nullptr ? std::nullopt : parse_traceparent(found->value);
}

void set_trace_parent(RequestHead& head, const TraceParent& parent, bool continues_trace) {
  auto& fields = head.fields;
  if (fields.count(kTraceParent) > 1) fields.remove(kTraceParent);
  fields.set(kTraceParent, format_traceparent(parent));
  if (!continues_trace) fields.remove("tracestate");
  head.edit();
}

}  // namespace faultline::http

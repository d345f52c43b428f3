// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/trace_context.h"
#include "proxy/http/message.h"

#include <optional>

namespace faultline::http {

/// Whom the request names as its parent. Nothing without a `traceparent`, with more than one, and
/// with a malformed one.
[[nodiscard]] std::optional<TraceParent> find_trace_parent(const Fields& fields) noexcept;

/// Makes `parent` the request's `traceparent`, whatever it had. `continues_trace`: it belongs to
/// the trace that the request came with. Otherwise `tracestate` goes, which speaks of another (W3C
/// Trace Context, "Restart trace").
void set_trace_parent(RequestHead& head, const TraceParent& parent, bool continues_trace);

}  // namespace faultline::http

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/http/message.h"
#include "rules/decision.h"

#include <cstdint>
#include <optional>

namespace faultline::filters {

/// Why a body should not be waited for as a whole: a stream of events that may never end, or a
/// length over `limit`. Nothing when it may.
[[nodiscard]] std::optional<rules::BypassReason> refuse_whole_body(const http::Head& head,
                                                                   uint64_t limit);

}  // namespace faultline::filters

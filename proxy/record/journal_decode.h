// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"
#include "proxy/record/exchange.h"

#include <string_view>

namespace faultline::record {

/// One line of a journal without its line end. Strict in what it needs, and members it does not
/// know are left alone. The error names the member: "request/status: want an integer".
[[nodiscard]] Result<RecordedExchange> decode_journal_line(std::string_view line);

}  // namespace faultline::record

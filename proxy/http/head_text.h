// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/buffer/block.h"
#include "proxy/http/message.h"

namespace faultline::http {

/// The field lines in order and the empty line behind them.
[[nodiscard]] buffer::Slice write_field_section(buffer::BlockPool& pool, const Fields& fields);

}  // namespace faultline::http

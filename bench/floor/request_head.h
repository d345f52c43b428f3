// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace faultline::bench {

/// The request every subject gets: the same head, so that instruction counts compare. With an
/// upload it announces a body of that size.
[[nodiscard]] std::string request_head(std::string_view path, uint64_t upload_bytes = 0);

}  // namespace faultline::bench

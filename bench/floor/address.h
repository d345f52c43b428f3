// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <optional>
#include <string>

#include <netinet/in.h>

namespace faultline::bench {

/// "127.0.0.1:8080" as a socket address. IPv4 in digits only: nothing here resolves names.
[[nodiscard]] std::optional<sockaddr_in> parse_address(const std::string& text);

}  // namespace faultline::bench

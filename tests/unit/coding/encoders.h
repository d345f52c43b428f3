// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace faultline::coding::test {

/// The codings that are spoken, and `raw deflate`: deflate without the zlib format around it.
[[nodiscard]] const std::vector<std::string_view>& codings();
/// What a sender writes into Content-Encoding for it.
[[nodiscard]] std::string_view header_of(std::string_view coding);
/// The text in one of codings(), by the libraries' encoders.
[[nodiscard]] std::string encode(std::string_view coding, std::string_view text);

}  // namespace faultline::coding::test

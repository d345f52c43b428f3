// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"
#include "proxy/json/tape.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// RFC 6901 JSON Pointers: "" is the whole document, "/items/0/a~1b" a place in it.
namespace faultline::json {

/// `~` as `~0`, `/` as `~1`.
[[nodiscard]] std::string escape_token(std::string_view name);
/// Appends "/" and the escaped name.
void append_token(std::string& pointer, std::string_view name);

/// The decoded tokens. Fails unless the pointer is empty or begins with '/', and on a '~' that is
/// neither `~0` nor `~1`.
[[nodiscard]] Result<std::vector<std::string>> parse_pointer(std::string_view pointer);

/// The value at that place under `root`. Array positions are plain decimal numbers without leading
/// zeros; "-" names no value. Nothing when the pointer is malformed or leads nowhere.
[[nodiscard]] std::optional<Value> resolve(Value root, std::string_view pointer);

/// The pointer of a node of its document; of a key, that of its member. Takes time in the order of
/// the node's place, so it is for reports, not for loops.
[[nodiscard]] std::string pointer_of(Value value);
/// The same with every array position as `*`: "/items/*/name".
[[nodiscard]] std::string pointer_template_of(Value value);

}  // namespace faultline::json

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"
#include "proxy/json/tape.h"

#include <cstdint>
#include <string>
#include <string_view>

/// Typed access to a JSON document from outside. `place` is the pointer of the object, for the
/// message of the error. Private to this room.
namespace faultline::record {

[[nodiscard]] tl::unexpected<Error> fail_at(std::string_view place, std::string_view member,
                                            std::string_view what);

[[nodiscard]] Result<json::Value> want_object(json::Value object, std::string_view place,
                                              std::string_view member);
[[nodiscard]] Result<json::Value> want_array(json::Value object, std::string_view place,
                                             std::string_view member);
/// Borrows from the document.
[[nodiscard]] Result<std::string_view> want_string(json::Value object, std::string_view place,
                                                   std::string_view member);
/// A missing member is empty.
[[nodiscard]] Result<std::string_view> maybe_string(json::Value object, std::string_view place,
                                                    std::string_view member);
[[nodiscard]] Result<int64_t> want_integer(json::Value object, std::string_view place,
                                           std::string_view member);
[[nodiscard]] Result<uint64_t> want_count(json::Value object, std::string_view place,
                                          std::string_view member);

}  // namespace faultline::record

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/http/h1_codec.h"

#include <string>
#include <string_view>

/// The answers of the control port. None of them repeats a byte of the request.
namespace faultline::control {

/// An answer of the given media type that no browser guesses about and nobody caches.
[[nodiscard]] http::LocalReply make_reply(int status, std::string_view media_type,
                                          std::string body);

/// {"error":{"code":"...","message":"..."}} and a line end.
[[nodiscard]] http::LocalReply json_error(int status, std::string_view code,
                                          std::string_view message);

}  // namespace faultline::control

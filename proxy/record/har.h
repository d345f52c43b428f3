// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"
#include "proxy/record/exchange.h"

#include <string_view>
#include <vector>

namespace faultline::record {

/// Reads a HAR 1.2 file. Times are relative to the earliest entry; the target is path and query of
/// the URL. A body that the file lacks although there was one becomes BodyState::NotKept; a body in
/// base64 is decoded. The content of a HAR is already decoded, so Content-Encoding and
/// Transfer-Encoding fields are left out when the text is there. The texts are traffic: nothing
/// here is redacted. Errors name the place: "har/log/entries/3/request/url: missing".
[[nodiscard]] Result<std::vector<RecordedExchange>> import_har(std::string_view text);

/// True when the text begins like a HAR file (an object with a `log` member).
[[nodiscard]] bool looks_like_har(std::string_view text) noexcept;

}  // namespace faultline::record

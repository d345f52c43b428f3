// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"
#include "proxy/record/exchange.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace faultline::record {

/// An entry of a HAR file.
struct HarExchange {
  RecordedExchange exchange;          // its t_ns is 0
  std::optional<int64_t> started_ns;  // since 1970, when the entry says it and it can be read
};

/// Reads one entry of a HAR 1.2 file (har_splitter.h finds them). The target is path and query of
/// the URL. A body that the file lacks although there was one becomes BodyState::NotKept; a body in
/// base64 is decoded. The content of a HAR is already decoded, so Content-Encoding and
/// Transfer-Encoding fields are left out when the text is there. The texts are traffic: nothing
/// here is redacted. Errors name the place: "har/log/entries/3/request/url: missing".
[[nodiscard]] Result<HarExchange> decode_har_entry(std::string_view text, uint64_t position);

/// True when the text begins like a HAR file (an object with a `log` member).
[[nodiscard]] bool looks_like_har(std::string_view text) noexcept;

}  // namespace faultline::record

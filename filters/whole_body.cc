// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/whole_body.h"

#include "proxy/base/text.h"

#include <string_view>

namespace faultline::filters {

std::optional<rules::BypassReason> refuse_whole_body(const http::Head& head, uint64_t limit) {
  constexpr std::string_view kEvents = "text/event-stream";
  const auto* type = head.fields.find("content-type");
  if (type != nullptr && iequals(type->value.substr(0, kEvents.size()), kEvents)) {
    return rules::BypassReason::Streaming;
  }
  if (head.framing == http::BodyFraming::Length && head.content_length > limit) {
    return rules::BypassReason::BufferLimit;
  }
  return std::nullopt;
}

}  // namespace faultline::filters

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/message_view.h"

#include <cstdint>
#include <string_view>

/// Whether a body can be scanned at all, from what its fields say. In doubt it cannot.
namespace faultline::redaction {

enum class BodyKind : uint8_t {
  Text,  // JSON, XML, plain text, event streams: its first bytes say more than its label
  Form,
  Unreadable,
};

struct BodyPlan {
  BodyKind kind = BodyKind::Text;
  std::string_view reason;  // of Unreadable
};

[[nodiscard]] BodyPlan plan_body(const MessageView& message);

}  // namespace faultline::redaction

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/message_view.h"

#include <cstdint>
#include <string_view>
#include <vector>

/// Whether a body can be scanned at all, from what its fields say. In doubt it cannot.
namespace faultline::redaction {

enum class BodyKind : uint8_t {
  Text,  // JSON, XML, plain text, event streams: its first bytes say more than its label
  Form,
  Multipart,
  Graphql,
  Unreadable,
};

struct BodyPlan {
  BodyKind kind = BodyKind::Text;
  std::string_view reason;                // of Unreadable
  std::string_view boundary;              // of Multipart; a view into the media type
  std::vector<std::string_view> codings;  // content codings, in the order they were applied
};

/// From the fields alone: the bytes are judged by why_not_text() once the codings are off.
[[nodiscard]] BodyPlan plan_body(const MessageView& message);

/// A body with a media type and without codings: a part of a multipart body, an entry of a HAR
/// file. An empty type is text.
[[nodiscard]] BodyPlan plan_part(std::string_view media_type, std::string_view body);

/// Why the bytes are no text, or nothing.
[[nodiscard]] std::string_view why_not_text(std::string_view body) noexcept;

}  // namespace faultline::redaction

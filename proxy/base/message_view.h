// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/text.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace faultline {

/// One half of an exchange as the analysis plane sees it, whatever the wire was. Everything is
/// borrowed from the owner of the captured bytes and read-only.
struct FieldView {
  std::string_view name;
  std::string_view value;
};

enum class Direction : uint8_t { Request, Response };

[[nodiscard]] constexpr std::string_view direction_name(Direction direction) noexcept {
  return direction == Direction::Request ? "request" : "response";
}

/// How much of the body the view holds.
enum class BodyState : uint8_t {
  Complete,
  TooLarge,  // beyond limits::kCaptureBytes; `body` holds the front
  Aborted,   // the message ended before its framing said so
  NotKept,   // not captured at all (a replayed record without a body)
};

struct MessageView {
  Direction direction = Direction::Request;
  std::string_view method;        // of the request, also on the response half
  std::string_view target;        // of the request, raw as on the wire, also on the response half
  int status = 0;                 // response only
  std::string_view version;       // "HTTP/1.1"
  std::vector<FieldView> fields;  // in wire order, case kept
  std::vector<FieldView> trailers;
  std::string_view body;  // transfer coding removed, content coding still on
  BodyState body_state = BodyState::Complete;

  /// The value of the first field of that name (case-insensitive), or nullptr-like empty view
  /// with `found` false.
  [[nodiscard]] const FieldView* find(std::string_view name) const noexcept {
    for (const auto& field : fields) {
      if (iequals(field.name, name)) return &field;
    }
    return nullptr;
  }
};

}  // namespace faultline

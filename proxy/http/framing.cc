// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/http/framing.h"

#include "proxy/base/assert.h"

#include <string>

namespace faultline::http {

Framing request_framing(const FramingFields& fields) noexcept {
  if (fields.is_chunked) return {BodyFraming::Chunked, 0};
  if (fields.content_length) return {BodyFraming::Length, *fields.content_length};
  return {};
}

Framing response_framing(const FramingFields& fields, int status, bool is_head_request) noexcept {
  if (is_head_request || status_forbids_body(status)) return {};
  if (fields.is_chunked) return {BodyFraming::Chunked, 0};
  if (fields.content_length) return {BodyFraming::Length, *fields.content_length};
  return {BodyFraming::UntilClose, 0};
}

bool status_forbids_framing_fields(int status) noexcept { return status < 200 || status == 204; }

bool status_forbids_body(int status) noexcept {
  return status_forbids_framing_fields(status) || status == 304;
}

void frame_as_length(Head& head, uint64_t length) {
  head.fields.remove("transfer-encoding");
  head.fields.set("Content-Length", std::to_string(length));
  head.framing = BodyFraming::Length;
  head.content_length = length;
  head.edit();
}

void frame_as_chunked(Head& head) {
  FL_ASSERT(head.version == Version::Http11);
  head.fields.remove("content-length");
  head.fields.set("Transfer-Encoding", "chunked");
  head.framing = BodyFraming::Chunked;
  head.content_length = 0;
  head.edit();
}

void frame_as_empty(Head& head) {
  head.fields.remove("content-length");
  head.fields.remove("transfer-encoding");
  head.framing = BodyFraming::None;
  head.content_length = 0;
  head.edit();
}

}  // namespace faultline::http

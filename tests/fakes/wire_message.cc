// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/fakes/wire_message.h"

#include "proxy/base/text.h"

#include <cstdlib>

namespace faultline::fakes {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

// From the first chunk-size line to the end of the trailer section. Adds the data to `content`.
size_t chunked_length(std::string_view bytes, std::string* content = nullptr) {
  size_t at = 0;
  while (true) {
    const size_t line_end = bytes.find(kLineEnd, at);
    if (line_end == kIncomplete) return kIncomplete;
    const std::string digits(bytes.substr(at, line_end - at));
    const size_t size = std::strtoull(digits.c_str(), nullptr, 16);
    at = line_end + kLineEnd.size();
    if (size == 0) break;
    if (size > bytes.size() - at) return kIncomplete;
    if (content != nullptr) content->append(bytes.substr(at, size));
    at += size + kLineEnd.size();
    if (at > bytes.size()) return kIncomplete;
  }
  while (true) {
    const size_t line_end = bytes.find(kLineEnd, at);
    if (line_end == kIncomplete) return kIncomplete;
    const bool is_last = line_end == at;
    at = line_end + kLineEnd.size();
    if (is_last) return at;
  }
}

// Empty when no field says where the body ends.
std::optional<size_t> framed_length(std::string_view bytes, size_t head_size) {
  const std::string_view head = bytes.substr(0, head_size);
  if (field_in(head, "transfer-encoding")) {
    const size_t body = chunked_length(bytes.substr(head_size));
    return body == kIncomplete ? kIncomplete : head_size + body;
  }
  if (const auto length = field_in(head, "content-length")) {
    const size_t body = std::strtoull(length->c_str(), nullptr, 10);
    return body > bytes.size() - head_size ? kIncomplete : head_size + body;
  }
  return std::nullopt;
}

size_t head_length(std::string_view bytes) {
  const size_t end = bytes.find("\r\n\r\n");
  return end == kIncomplete ? kIncomplete : end + 4;
}

}  // namespace

std::optional<std::string> field_in(std::string_view head, std::string_view name) {
  size_t line_end = head.find(kLineEnd);
  while (line_end != std::string_view::npos) {
    const size_t begin = line_end + kLineEnd.size();
    line_end = head.find(kLineEnd, begin);
    const std::string_view line = head.substr(begin, line_end - begin);
    const size_t colon = line.find(':');
    if (colon != std::string_view::npos && iequals(line.substr(0, colon), name)) {
      return std::string(trim(line.substr(colon + 1)));
    }
  }
  return std::nullopt;
}

size_t request_length(std::string_view bytes) {
  const size_t head = head_length(bytes);
  if (head == kIncomplete) return kIncomplete;
  return framed_length(bytes, head).value_or(head);
}

std::string request_content(std::string_view request) {
  const size_t head = head_length(request);
  const std::string_view body = request.substr(head);
  if (!field_in(request.substr(0, head), "transfer-encoding")) return std::string(body);
  std::string content;
  static_cast<void>(chunked_length(body, &content));
  return content;
}

size_t response_length(std::string_view bytes, bool is_head_request) {
  const size_t head = head_length(bytes);
  if (head == kIncomplete) return kIncomplete;
  const std::string_view status = bytes.substr(bytes.find(' ') + 1, 3);
  if (status.front() == '1' && status != "101") {
    const size_t next = response_length(bytes.substr(head), is_head_request);
    return next == kIncomplete ? kIncomplete : head + next;
  }
  if (is_head_request || status == "101" || status == "204" || status == "304") return head;
  return framed_length(bytes, head).value_or(kIncomplete);
}

}  // namespace faultline::fakes

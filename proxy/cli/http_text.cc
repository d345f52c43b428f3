// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/http_text.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace faultline::cli {
namespace {

constexpr std::string_view kVersion = "HTTP/";

// The line at the front, without its end, which is taken off `text` as well.
std::string_view take_line(std::string_view& text) {
  const size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// RFC 9112 section 7.1. False when a size or the last chunk is missing.
bool join_chunks(std::string_view text, std::string& out) {
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    size_t size = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), size, 16);
    if (error != std::errc() || end == line.data()) return false;
    if (size == 0) return true;
    if (size > text.size()) return false;
    out += text.substr(0, size);
    text.remove_prefix(size);
    if (!take_line(text).empty()) return false;
  }
  return false;
}

bool is_left_out(const redaction::RedactedMessage& message, std::string_view name) {
  // A body that is whole no longer has the framing it came in.
  return iequals(name, "transfer-encoding") &&
         message.body_outcome() != redaction::BodyOutcome::Empty;
}

}  // namespace

bool HttpText::read_start_line(std::string_view line) {
  const size_t space = line.find(' ');
  if (space == std::string_view::npos || space == 0) return false;
  const std::string_view first = line.substr(0, space);
  const std::string_view rest = line.substr(space + 1);
  if (first.starts_with(kVersion)) {
    view_.direction = Direction::Response;
    view_.version = first;
    const auto status = parse_u64(rest.substr(0, 3));
    if (!status || rest.substr(0, 3).size() != 3) return false;
    view_.status = static_cast<int>(*status);
    return true;
  }
  const size_t last = rest.rfind(' ');
  if (last == std::string_view::npos || !rest.substr(last + 1).starts_with(kVersion)) return false;
  view_.method = first;
  view_.target = rest.substr(0, last);
  view_.version = rest.substr(last + 1);
  return std::all_of(first.begin(), first.end(),
                     [](char c) { return is_ascii_alpha(c) || c == '-' || c == '_'; });
}

bool HttpText::read_field(std::string_view line) {
  const size_t colon = line.find(':');
  // A folded line, or no field at all: nobody knows whose value it is.
  if (colon == std::string_view::npos || colon == 0 ||
      line.substr(0, colon).find_first_of(" \t") != std::string_view::npos) {
    return false;
  }
  view_.fields.push_back({line.substr(0, colon), trim(line.substr(colon + 1))});
  return true;
}

void HttpText::read_body(std::string_view rest) {
  const FieldView* const coding = view_.find("transfer-encoding");
  is_chunked_ = coding != nullptr && to_lower(coding->value).ends_with("chunked");
  if (!is_chunked_) {
    view_.body = rest;
  } else if (!join_chunks(rest, joined_)) {
    joined_.clear();
    view_.body_state = BodyState::Aborted;
  }
}

std::optional<HttpText> HttpText::parse(std::string_view text) {
  HttpText message;
  if (!message.read_start_line(take_line(text))) return std::nullopt;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.empty()) break;
    if (!message.read_field(line)) return std::nullopt;
  }
  message.read_body(text);
  return message;
}

MessageView HttpText::view() const {
  MessageView view = view_;
  if (is_chunked_) view.body = joined_;
  return view;
}

std::string HttpText::write(const redaction::RedactedMessage& message) {
  std::string body = message.body();
  if (message.body_outcome() == redaction::BodyOutcome::Dropped) {
    body = "{\"redaction\":\"dropped\",\"reason\":" + json_quote(message.drop_reason()) + "}\n";
  }
  std::string out;
  if (message.direction() == Direction::Request) {
    out = message.method() + " " + message.target() + " " + message.version();
  } else {
    out = message.version() + " " + std::to_string(message.status());
  }
  out += "\r\n";
  for (const auto& field : message.fields()) {
    if (is_left_out(message, field.name)) continue;
    const bool is_length = iequals(field.name, "content-length");
    out += field.name + ": " + (is_length ? std::to_string(body.size()) : field.value) + "\r\n";
  }
  return out + "\r\n" + body;
}

}  // namespace faultline::cli

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/record/exchange_line.h"

#include "proxy/base/text.h"
#include "proxy/record/json_access.h"

#include <functional>
#include <utility>

// One JSON object per line:
//
//   {"name":"login","t_ms":12,
//    "request":{"method":"POST","target":"/items?full=1","headers":{"accept":["a","b"]},
//               "body":"text"},
//    "response":{"status":201,"headers":{"content-type":"application/json"},
//                "json":{"id":7}}}
//
// request and its method and target are required; without a response only the request is checked.
// Of a body one of three: `body` is its text, `base64` its bytes, `json` a JSON value that stands
// in the line as it was sent. A header with several values is an array. Content codings announced
// in the headers are taken at their word: the body is what was on the wire.

namespace faultline::record {

namespace {

constexpr int64_t kMillisecondNs = 1'000'000;
constexpr int64_t kMillisecondsMax = INT64_MAX / kMillisecondNs;

std::string at(std::string_view place, std::string_view member) {
  std::string joined(place);
  if (!joined.empty()) joined += '/';
  return joined.append(member);
}

Status unknown(std::string_view place, std::string_view member) {
  return fail_at(place, member, "unknown member");
}

Result<std::string_view> text_of(const json::Member& member, std::string_view place) {
  if (!member.value.is_string()) return fail_at(place, member.name(), "want a string");
  return member.value.string();
}

Status read_headers(json::Value headers, std::string_view place, MessageView& message) {
  if (!headers.is_object()) return fail_at(place, "headers", "want an object");
  for (const json::Member& member : headers.members()) {
    if (member.value.is_string()) {
      message.fields.push_back({member.name(), member.value.string()});
      continue;
    }
    const std::string name = at("headers", member.name());
    if (!member.value.is_array()) return fail_at(place, name, "want a string or an array of them");
    for (const json::Value value : member.value.elements()) {
      if (!value.is_string()) return fail_at(place, name, "want a string or an array of them");
      message.fields.push_back({member.name(), value.string()});
    }
  }
  return {};
}

Status read_status(const json::Member& member, std::string_view place, MessageView& message) {
  const auto number = member.value.is_number() ? member.value.as_int64() : std::nullopt;
  if (!number || *number < 100 || *number > 999) {
    return fail_at(place, "status", "want an integer from 100 to 999");
  }
  message.status = static_cast<int>(*number);
  return {};
}

Status read_time(json::Value value, ExchangeLine& line) {
  const auto number = value.is_number() ? value.as_int64() : std::nullopt;
  if (!number || *number < 0 || *number > kMillisecondsMax) {
    return fail_at("", "t_ms", "want an integer of at least 0");
  }
  line.t_ns = *number * kMillisecondNs;
  return {};
}

void clear(MessageView& message, Direction direction) {
  message.direction = direction;
  message.method = {};
  message.target = {};
  message.status = 0;
  message.fields.clear();
  message.body = {};
}

}  // namespace

Status ExchangeLineDecoder::read_body(const json::Member& member, std::string_view place,
                                      MessageView& message, std::string& decoded) {
  if (member.name() == "json") {
    const SourceSpan span = member.value.span();
    message.body = text_.substr(span.offset, span.length);
    return {};
  }
  FL_TRY(const std::string_view text, text_of(member, place));
  if (member.name() == "body") {
    message.body = text;
    return {};
  }
  auto bytes = base64_decode(text);
  if (!bytes) return fail_at(place, "base64", "is not base64");
  decoded = std::move(*bytes);
  message.body = decoded;
  return {};
}

Status ExchangeLineDecoder::read_half(json::Value half, std::string_view place,
                                      MessageView& message, std::string& decoded) {
  if (!half.is_object()) return fail_at("", place, "want an object");
  const bool is_request = message.direction == Direction::Request;
  bool has_body = false;
  for (const json::Member& member : half.members()) {
    const std::string_view name = member.name();
    if (name == "headers") {
      FL_CHECK_OK(read_headers(member.value, place, message));
    } else if (name == "body" || name == "json" || name == "base64") {
      if (std::exchange(has_body, true)) {
        return fail_at(place, name, "want one of body, base64 and json");
      }
      FL_CHECK_OK(read_body(member, place, message, decoded));
    } else if (is_request && name == "method") {
      FL_TRY(message.method, text_of(member, place));
    } else if (is_request && name == "target") {
      FL_TRY(message.target, text_of(member, place));
    } else if (!is_request && name == "status") {
      FL_CHECK_OK(read_status(member, place, message));
    } else {
      return unknown(place, name);
    }
  }
  return {};
}

// A name that stands twice in a body is traffic and the contract check's business; anywhere else
// one of the two would be ignored in silence.
Status ExchangeLineDecoder::check_names(const json::Document& document,
                                        const ExchangeLine& line) const {
  const auto is_inside = [](const char* place, std::string_view text) {
    return std::less_equal<>()(text.data(), place) &&
           std::less<>()(place, text.data() + text.size());
  };
  for (const SourceSpan span : document.duplicate_keys()) {
    const std::string_view name = text_.substr(span.offset, span.length);
    if (is_inside(name.data(), line.request.body)) continue;
    if (line.response && is_inside(name.data(), line.response->body)) continue;
    return fail_at("", name, "stands in its object twice");
  }
  return {};
}

Status ExchangeLineDecoder::decode(std::string_view text, ExchangeLine& line) {
  text_ = text;
  FL_TRY(const json::Document* document, parser_.parse(text));
  const json::Value root = document->root();
  if (!root.is_object()) return fail_at("", "", "want an object");
  line.name = {};
  line.t_ns = 0;
  clear(line.request, Direction::Request);
  bool has_response = false;
  for (const json::Member& member : root.members()) {
    const std::string_view name = member.name();
    if (name == "request") {
      FL_CHECK_OK(read_half(member.value, name, line.request, request_body_));
    } else if (name == "response") {
      if (!line.response) line.response.emplace();
      clear(*line.response, Direction::Response);
      has_response = true;
      FL_CHECK_OK(read_half(member.value, name, *line.response, response_body_));
    } else if (name == "name") {
      FL_TRY(line.name, text_of(member, ""));
    } else if (name == "t_ms") {
      FL_CHECK_OK(read_time(member.value, line));
    } else {
      return unknown("", name);
    }
  }
  FL_CHECK_OK(check_names(*document, line));
  if (line.request.method.empty()) return fail_at("request", "method", "missing");
  if (line.request.target.empty()) return fail_at("request", "target", "missing");
  if (!has_response) {
    line.response.reset();
    return {};
  }
  if (line.response->status == 0) return fail_at("response", "status", "missing");
  line.response->method = line.request.method;
  line.response->target = line.request.target;
  return {};
}

}  // namespace faultline::record

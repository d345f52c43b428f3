// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/record/har.h"

#include "proxy/base/text.h"
#include "proxy/base/uri.h"
#include "proxy/json/tape.h"
#include "proxy/record/json_access.h"
#include "proxy/record/rfc3339.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace faultline::record {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kListener = "har";

/// Path and query of a URL, as the server saw them.
std::string target_of(std::string_view url) {
  url = url.substr(0, url.find('#'));
  const TargetParts parts = split_target(url);
  std::string target(parts.path.empty() ? "/" : parts.path);
  if (parts.has_query) target.append("?").append(parts.query);
  return target;
}

Status read_fields(json::Value half, std::string_view place, RecordedMessage& message) {
  if (!half.find("headers")) return {};
  FL_TRY(const json::Value headers, want_array(half, place, "headers"));
  size_t position = 0;
  for (const json::Value header : headers.elements()) {
    const std::string at = std::string(place) + "/headers/" + std::to_string(position++);
    if (!header.is_object()) return fail_at(at, "", "want an object");
    FL_TRY(const std::string_view name, want_string(header, at, "name"));
    FL_TRY(const std::string_view value, want_string(header, at, "value"));
    // Browsers list the pseudo-header fields of HTTP/2 among the others.
    if (name.empty() || name.front() == ':') continue;
    message.fields.push_back({std::string(name), std::string(value)});
  }
  return {};
}

/// HAR writes -1 for "not known"; so does this.
int64_t size_of(json::Value object, std::string_view member) {
  const auto size = object.find(member);
  const auto number = size && size->is_number() ? size->as_int64() : std::nullopt;
  return number && *number >= 0 ? *number : -1;
}

/// What the Content-Length field says, or -1.
int64_t declared_length(const RecordedMessage& message) {
  for (const auto& field : message.fields) {
    if (!iequals(field.name, "content-length")) continue;
    const auto length = parse_u64(trim(field.value));
    return length && *length <= INT64_MAX ? static_cast<int64_t>(*length) : -1;
  }
  return -1;
}

void set_body(RecordedMessage& message, std::string body) {
  message.original_body_bytes = body.size();
  message.body_outcome =
      body.empty() ? redaction::BodyOutcome::Empty : redaction::BodyOutcome::Kept;
  message.body = std::move(body);
  // The text of a HAR is what came out of the codings that these fields announce.
  std::erase_if(message.fields, [](const RecordedMessage::Field& field) {
    return iequals(field.name, "content-encoding") || iequals(field.name, "transfer-encoding");
  });
}

/// "a/b; charset=x; c=d" without a charset that is not UTF-8's.
std::string without_charset(std::string_view media_type) {
  std::string kept;
  for (const auto part : split(media_type, ';')) {
    const std::string lower = to_lower(trim(part));
    const bool is_utf8 =
        lower.find("utf-8") != std::string::npos || lower.find("us-ascii") != std::string::npos;
    if (lower.starts_with("charset=") && !is_utf8) continue;
    kept.append(kept.empty() ? "" : ";").append(part);
  }
  return kept;
}

/// Text of a HAR is in UTF-8, whatever the message was written in (HAR 1.2, "content").
void forget_charset(RecordedMessage& message) {
  for (auto& field : message.fields) {
    if (iequals(field.name, "content-type")) field.value = without_charset(field.value);
  }
}

void set_absent_body(RecordedMessage& message, int64_t size) {
  if (size == 0) return;
  message.body_state = BodyState::NotKept;
  message.original_body_bytes = size > 0 ? static_cast<uint64_t>(size) : 0;
}

/// The `text` member of postData or content, decoded; nothing when it is missing, or empty though
/// `size` says that there was something.
Result<std::optional<std::string>> read_text(json::Value holder, const std::string& place,
                                             int64_t size, RecordedMessage& message) {
  if (!holder.find("text")) return std::optional<std::string>{};
  FL_TRY(const std::string_view text, want_string(holder, place, "text"));
  FL_TRY(const std::string_view encoding, maybe_string(holder, place, "encoding"));
  if (text.empty() && size > 0) return std::optional<std::string>{};
  if (encoding.empty()) {
    forget_charset(message);
    return std::optional<std::string>(std::string(text));
  }
  if (!iequals(encoding, "base64")) {
    return fail_at(place, "encoding", "unknown encoding '" + std::string(encoding) + "'");
  }
  auto bytes = base64_decode(text);
  if (!bytes) return fail_at(place, "text", "is not base64");
  return bytes;
}

Status read_request(json::Value request, const std::string& place, RecordedMessage& message) {
  FL_TRY(const std::string_view method, want_string(request, place, "method"));
  FL_TRY(const std::string_view url, want_string(request, place, "url"));
  FL_TRY(const std::string_view version, maybe_string(request, place, "httpVersion"));
  if (method.empty()) return fail_at(place, "method", "is empty");
  if (url.empty()) return fail_at(place, "url", "is empty");
  message.method = method;
  message.target = target_of(url);
  message.version = version;
  FL_CHECK_OK(read_fields(request, place, message));
  if (request.find("postData")) {
    FL_TRY(const json::Value post, want_object(request, place, "postData"));
    FL_TRY(auto text, read_text(post, place + "/postData", size_of(request, "bodySize"), message));
    if (text) {
      set_body(message, std::move(*text));
      return {};
    }
    set_absent_body(message, size_of(request, "bodySize"));
    return {};
  }
  const int64_t size = size_of(request, "bodySize");
  // Without postData an unknown size means no body, unless the head announced one.
  set_absent_body(message, size >= 0 ? size : std::max<int64_t>(declared_length(message), 0));
  return {};
}

bool has_no_body_by_rule(const RecordedMessage& response) {
  // RFC 9110 6.4.1.
  return response.method == "HEAD" || response.status == 204 || response.status == 304 ||
         (response.status >= 100 && response.status < 200);
}

Status read_response(json::Value response, const std::string& place, RecordedMessage& message) {
  FL_TRY(const std::string_view version, maybe_string(response, place, "httpVersion"));
  message.version = version;
  FL_CHECK_OK(read_fields(response, place, message));
  if (!response.find("content")) {
    if (!has_no_body_by_rule(message)) set_absent_body(message, size_of(response, "bodySize"));
    return {};
  }
  FL_TRY(const json::Value content, want_object(response, place, "content"));
  FL_TRY(auto text, read_text(content, place + "/content", size_of(content, "size"), message));
  if (text) {
    set_body(message, std::move(*text));
    return {};
  }
  if (!has_no_body_by_rule(message)) set_absent_body(message, size_of(content, "size"));
  return {};
}

/// The answer, or nothing when the browser got none (it writes status 0 then).
Result<std::optional<RecordedMessage>> read_answer(json::Value entry, const std::string& place,
                                                   const RecordedMessage& request) {
  FL_TRY(const json::Value response, want_object(entry, place, "response"));
  const std::string at = place + "/response";
  FL_TRY(const int64_t status, want_integer(response, at, "status"));
  if (status <= 0) return std::optional<RecordedMessage>{};
  if (status > 999) return fail_at(at, "status", "want at most three digits");
  RecordedMessage message;
  message.direction = Direction::Response;
  message.method = request.method;
  message.target = request.target;
  message.status = static_cast<int>(status);
  FL_CHECK_OK(read_response(response, at, message));
  return std::optional<RecordedMessage>(std::move(message));
}

std::string entry_place(uint64_t position) { return "har/log/entries/" + std::to_string(position); }

Result<RecordedExchange> read_entry(json::Value entry, uint64_t position) {
  const std::string place = entry_place(position);
  if (!entry.is_object()) return fail_at(place, "", "want an object");
  RecordedExchange exchange;
  exchange.listener = kListener;
  exchange.id.exchange = position;
  exchange.name = exchange_name(kListener, exchange.id);
  FL_TRY(const json::Value request, want_object(entry, place, "request"));
  FL_CHECK_OK(read_request(request, place + "/request", exchange.request));
  FL_TRY(exchange.response, read_answer(entry, place, exchange.request));
  if (!exchange.response) exchange.outcome = Outcome::UpstreamAborted;
  return exchange;
}

/// Nanoseconds since 1970, or nothing: a time that cannot be read does not spoil the traffic.
std::optional<int64_t> start_of(json::Value entry) {
  const auto started = entry.find("startedDateTime");
  if (!started || !started->is_string()) return std::nullopt;
  return parse_rfc3339_ns(started->string());
}

}  // namespace

Result<HarExchange> decode_har_entry(std::string_view text, uint64_t position) {
  auto document = json::Document::parse(text);
  if (!document) return fail_at(entry_place(position), "", document.error().message);
  HarExchange read;
  FL_TRY(read.exchange, read_entry(document->root(), position));
  read.started_ns = start_of(document->root());
  return read;
}

bool looks_like_har(std::string_view text) noexcept {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const auto skip_space = [&text] {
    const size_t at = text.find_first_not_of(" \t\r\n");
    text.remove_prefix(at == std::string_view::npos ? text.size() : at);
  };
  skip_space();
  if (!text.starts_with('{')) return false;
  text.remove_prefix(1);
  skip_space();
  return text.starts_with("\"log\"");
}

}  // namespace faultline::record

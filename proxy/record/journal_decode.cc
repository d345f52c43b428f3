// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/record/journal_decode.h"

#include "proxy/base/text.h"
#include "proxy/json/tape.h"
#include "proxy/record/journal_names.h"
#include "proxy/record/json_access.h"

#include <array>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace faultline::record {

namespace {

Result<size_t> position_of(std::span<const std::string_view> names, json::Value object,
                           std::string_view place, std::string_view member) {
  FL_TRY(const std::string_view name, want_string(object, place, member));
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return i;
  }
  return fail_at(place, member, "unknown word '" + std::string(name) + "'");
}

Result<std::vector<RecordedMessage::Field>> decode_fields(json::Value array, std::string_view place,
                                                          std::string_view member) {
  std::vector<RecordedMessage::Field> fields;
  fields.reserve(array.size());
  for (const json::Value pair : array.elements()) {
    const auto name = pair.is_array() && pair.size() == 2 ? pair.at(0) : std::nullopt;
    const auto value = name ? pair.at(1) : std::nullopt;
    if (!value || !name->is_string() || !value->is_string()) {
      return fail_at(place, member, "want pairs of strings");
    }
    fields.push_back({std::string(name->string()), std::string(value->string())});
  }
  return fields;
}

Status decode_head(json::Value object, std::string_view place, RecordedMessage& message) {
  if (message.direction == Direction::Request) {
    FL_TRY(const std::string_view method, want_string(object, place, "method"));
    FL_TRY(const std::string_view target, want_string(object, place, "target"));
    message.method = method;
    message.target = target;
    return {};
  }
  FL_TRY(const uint64_t status, want_count(object, place, "status"));
  if (status > 999) return fail_at(place, "status", "want at most three digits");
  message.status = static_cast<int>(status);
  return {};
}

Status decode_message(json::Value object, std::string_view place, RecordedMessage& message) {
  FL_CHECK_OK(decode_head(object, place, message));
  FL_TRY(const std::string_view version, want_string(object, place, "version"));
  message.version = version;
  FL_TRY(const json::Value fields, want_array(object, place, "fields"));
  FL_TRY(message.fields, decode_fields(fields, place, "fields"));
  if (object.find("trailers")) {
    FL_TRY(const json::Value trailers, want_array(object, place, "trailers"));
    FL_TRY(message.trailers, decode_fields(trailers, place, "trailers"));
  }
  FL_TRY(const std::string_view body, maybe_string(object, place, "body"));
  message.body = body;
  FL_TRY(message.original_body_bytes, want_count(object, place, "body_bytes"));
  FL_TRY(const size_t state, position_of(kBodyStateNames, object, place, "body_state"));
  message.body_state = static_cast<BodyState>(state);
  FL_TRY(const size_t outcome, position_of(kBodyOutcomeNames, object, place, "body_outcome"));
  message.body_outcome = static_cast<redaction::BodyOutcome>(outcome);
  FL_TRY(const std::string_view reason, maybe_string(object, place, "drop_reason"));
  message.drop_reason = reason;
  FL_TRY(const std::string_view decoded, maybe_string(object, place, "decoded"));
  message.decoded_from = decoded;
  return {};
}

Result<std::vector<FaultRef>> decode_faults(json::Value array) {
  std::vector<FaultRef> faults;
  size_t position = 0;
  for (const json::Value object : array.elements()) {
    const std::string place = "faults/" + std::to_string(position++);
    if (!object.is_object()) return fail_at(place, "", "want an object");
    FaultRef fault;
    FL_TRY(fault.event, want_count(object, place, "event"));
    FL_TRY(const std::string_view rule, want_string(object, place, "rule"));
    FL_TRY(const std::string_view name, want_string(object, place, "fault"));
    FL_TRY(const std::string_view side, want_string(object, place, "side"));
    if (side != "request" && side != "response") {
      return fail_at(place, "side", "want 'request' or 'response'");
    }
    FL_TRY(const std::string_view pointer, maybe_string(object, place, "pointer"));
    FL_TRY(const std::string_view action, maybe_string(object, place, "action"));
    fault.pointer = pointer;
    fault.action = action;
    fault.rule = rule;
    fault.fault = name;
    fault.side = side == "request" ? Direction::Request : Direction::Response;
    faults.push_back(std::move(fault));
  }
  return faults;
}

/// `<listener>/<connection>/<exchange>`; a listener's name holds no slash.
Status decode_id(std::string_view name, RecordedExchange& exchange) {
  const auto parts = split(name, '/');
  const auto connection = parts.size() == 3 ? parse_u64(parts[1]) : std::nullopt;
  const auto ordinal = connection ? parse_u64(parts[2]) : std::nullopt;
  if (!ordinal) return fail_at("", "id", "want listener/connection/exchange");
  exchange.id = {.listener = 0, .connection = *connection, .exchange = *ordinal};
  exchange.name = name;
  return {};
}

}  // namespace

Result<RecordedExchange> decode_journal_line(std::string_view line) {
  FL_TRY(const json::Document document, json::Document::parse(line));
  const json::Value root = document.root();
  if (!root.is_object()) return fail_at("", "", "want an object");
  FL_TRY(const int64_t version, want_integer(root, "", "v"));
  if (version != 1) {
    return fail(ErrorCode::Unsupported,
                "journal format " + std::to_string(version) + " is not supported",
                ErrorSource::Input);
  }
  RecordedExchange exchange;
  FL_TRY(const std::string_view id, want_string(root, "", "id"));
  FL_CHECK_OK(decode_id(id, exchange));
  FL_TRY(exchange.t_ns, want_integer(root, "", "t_ns"));
  FL_TRY(const std::string_view listener, want_string(root, "", "listener"));
  exchange.listener = listener;
  FL_TRY(const json::Value request, want_object(root, "", "request"));
  FL_CHECK_OK(decode_message(request, "request", exchange.request));
  const auto response = root.find("response");
  if (!response) return fail_at("", "response", "missing");
  if (!response->is_null()) {
    if (!response->is_object()) return fail_at("", "response", "want an object or null");
    RecordedMessage message;
    message.direction = Direction::Response;
    message.method = exchange.request.method;
    message.target = exchange.request.target;
    FL_CHECK_OK(decode_message(*response, "response", message));
    exchange.response = std::move(message);
  }
  FL_TRY(const json::Value faults, want_array(root, "", "faults"));
  FL_TRY(exchange.faults, decode_faults(faults));
  FL_TRY(const std::string_view word, want_string(root, "", "outcome"));
  const auto outcome = outcome_from_name(word);
  if (!outcome) return fail_at("", "outcome", "unknown word '" + std::string(word) + "'");
  exchange.outcome = *outcome;
  return exchange;
}

}  // namespace faultline::record

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/checker.h"
#include "contracts/openapi/item_stream.h"
#include "proxy/base/text.h"

#include <utility>

// Bodies that are a row of items (OpenAPI 3.2.0, section 4.14.1 "Complete vs Streaming Content").
namespace faultline::contracts::openapi {
namespace {

namespace types = json_schema::types;

std::string place_in(size_t index) { return "/" + std::to_string(index); }

}  // namespace

/// `itemSchema` speaks of each item. `schema` speaks of the list of all since 3.2; before,
/// contracts mean one item by it, unless it asks for a list.
void Checker::check_items(const MediaType& type, BodyKind kind, const Place& place) {
  const bool is_events = kind == BodyKind::EventStream;
  const bool has_items = type.item_schema.id != json_schema::kNoSchema;
  const bool has_whole = type.schema.id != json_schema::kNoSchema;
  const json_schema::TypeMask mask = reader_.types_of(type.schema.id);
  // A stream of events that is described as a text is one.
  if (is_events && has_whole && !has_items && (mask & (types::kArray | types::kObject)) == 0) {
    if (!is_cut_) check_text(type, place);
    return;
  }
  const bool is_list = has_whole && (model_.is_since_32() ||
                                     (mask & (types::kArray | types::kObject)) == types::kArray);
  const SchemaUse& use = has_items || is_list ? type.item_schema : type.schema;
  std::string list = "[";
  size_t index = 0;
  const auto take = [&](std::string_view text) {
    if (use.id != json_schema::kNoSchema || !is_list) {
      check_item(type, use, text, index, is_events, place);
    }
    if (is_list) list.append(index == 0 ? "" : ",").append(text);
    ++index;
  };
  if (is_events) {
    EventReader events(body_);
    while (index < kStreamItemsMax) {
      const auto event = events.next();
      if (!event) break;
      take(*event);
    }
  } else {
    const bool is_sequence = kind == BodyKind::JsonSequence;
    ItemReader items(body_, is_sequence ? ItemReader::Format::Sequence : ItemReader::Format::Lines,
                     is_cut_);
    while (index < kStreamItemsMax) {
      const auto item = items.next();
      if (!item) break;
      take(*item);
    }
  }
  if (index == kStreamItemsMax) return skip("budget");
  if (is_list && !is_cut_) check_whole_stream(type, list + "]", place);
}

void Checker::check_item(const MediaType& type, const SchemaUse& use, std::string_view text,
                         size_t index, bool is_event, const Place& place) {
  const std::string pointer = place_in(index);
  const Subject subject = {
      .name = pointer, .place = &place, .name_template = std::string_view("/*")};
  const auto document = memory_.parser.parse(text);
  if (document) {
    const json::Value item = (*document)->root();
    if (!is_event) return check_item_value(item, use, subject, text);
    // The fields of an event are known, whether a schema names them or not.
    check_value(item, use, subject, text);
    return check_event_data(type, item, index, place);
  }
  if (document.error().code == ErrorCode::LimitExceeded) return skip("budget");
  if (is_full()) {
    ++result_.violations_left_out;
    return;
  }
  report_syntax(subject, "json", document.error().message, text);
}

void Checker::check_item_value(json::Value item, const SchemaUse& use, const Subject& subject,
                               std::string_view text) {
  const json_schema::Judgement judged = judge(item, use);
  if (judged.outcome != json_schema::Outcome::Valid) report_value(item, use, subject, text);
  const bool has_schema = use.id != json_schema::kNoSchema;
  if (has_schema && !judged.is_all_named) check_undocumented_members(item, use, subject, text);
}

/// The JSON in the `data` of those events that a schema speaks of.
void Checker::check_event_data(const MediaType& type, json::Value event, size_t index,
                               const Place& place) {
  const auto data = type.event_data.empty() ? std::nullopt : event.find("data");
  if (!data || !data->is_string()) return;
  for (const EventData& known : type.event_data) {
    if (json_schema::verdict(model_.program, known.event, event, message_.direction) ==
        json_schema::Outcome::Invalid) {
      continue;
    }
    const std::string pointer = place_in(index) + "/data";
    const Subject subject = {
        .name = pointer, .place = &place, .name_template = std::string_view("/*/data")};
    const auto document = json::Document::parse(data->string());
    if (document) {
      check_item_value(document->root(), known.data, subject, data->string());
    } else if (!is_full()) {
      report_syntax(subject, "json", document.error().message, data->string());
    }
  }
}

void Checker::check_whole_stream(const MediaType& type, const std::string& list,
                                 const Place& place) {
  const auto document = memory_.parser.parse(list);
  if (document) return check_value((*document)->root(), type.schema, {.place = &place}, list);
  if (type.item_schema.id != json_schema::kNoSchema) return;  // told item by item
  report_syntax({.place = &place}, "json", document.error().message, {});
}

}  // namespace faultline::contracts::openapi

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/schema_drift/schema_drift_filter.h"

#include "filters/schema_drift/drift.h"
#include "filters/whole_body.h"

#include <utility>

namespace faultline::filters {
namespace {

bool is_json_media_type(std::string_view value) {
  const std::string type = to_lower(trim(value.substr(0, value.find(';'))));
  return type == "application/json" || type.ends_with("+json");
}

// What the contract needs to find the operation and its schema.
MessageView view_of(const http::Head& head, rules::Side side) {
  MessageView view;
  view.direction = side == rules::Side::Request ? Direction::Request : Direction::Response;
  for (const auto& field : head.fields.all()) view.fields.push_back({field.name, field.value});
  return view;
}

}  // namespace

std::optional<rules::BypassReason> SchemaDriftFilter::refuses_body(const http::Head& head) const {
  if (head.framing == http::BodyFraming::None) return rules::BypassReason::NotJson;
  if (const auto* coding = head.fields.find("content-encoding");
      coding != nullptr && !iequals(coding->value, "identity")) {
    return rules::BypassReason::Compressed;
  }
  const auto* type = head.fields.find("content-type");
  if (type == nullptr) return rules::BypassReason::NotJson;
  const auto refused = refuse_whole_body(head, spec_.body_max);
  if (refused == rules::BypassReason::Streaming) return refused;
  return is_json_media_type(type->value) ? refused : rules::BypassReason::NotJson;
}

Flow SchemaDriftFilter::on_request(RequestMessage& message, FilterContext& context) {
  method_ = message.head.method;
  target_ = message.head.target;
  if (spec_.side == rules::Side::Request) mutate(message, context, 0);
  return Flow::Continue;
}

Flow SchemaDriftFilter::on_response(ResponseMessage& message, FilterContext& context) {
  if (spec_.side == rules::Side::Response) mutate(message, context, message.head.status);
  return Flow::Continue;
}

template <typename HeadType>
void SchemaDriftFilter::mutate(Message<HeadType>& message, FilterContext& context, int status) {
  if (message.body == nullptr) {
    ticket_.bypass(context, message.body_refused.value_or(rules::BypassReason::NotJson));
    return;
  }
  if (message.body->size() > spec_.body_max) {
    ticket_.bypass(context, rules::BypassReason::BufferLimit);
    return;
  }
  const std::string body = message.body->to_string();
  const auto document = json::Document::parse(body);
  if (!document) {
    ticket_.bypass(context, rules::BypassReason::NotJson);
    return;
  }
  std::vector<contracts::Contract::DeclaredProperty> declared;
  if (spec_.any && context.contracts() != nullptr) {
    MessageView view = view_of(message.head, spec_.side);
    view.method = method_;
    view.target = target_;
    view.status = status;
    view.body = body;
    declared = context.contracts()->declared_properties(view, *document);
  }
  auto drifted = drift(body, *document, spec_, declared, ticket_.draw(context, 2));
  if (!drifted) {
    ticket_.bypass(context, drifted.error());
    return;
  }
  FaultAction action{.side = spec_.side,
                     .action = drifted->mutation,
                     .pointer = drifted->pointer,
                     .bytes = drifted->body.size()};
  ticket_.apply(context, std::move(action), [&] {
    message.body->clear();
    message.body->append(context.blocks().copy(drifted->body));
    message.is_body_edited = true;
    if (message.head.framing == http::BodyFraming::Length) {
      message.head.content_length = drifted->body.size();
      message.head.fields.set("Content-Length", std::to_string(drifted->body.size()));
      message.head.edit();
    }
  });
}

}  // namespace faultline::filters

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/record/exchange.h"

#include <array>

namespace faultline::record {

namespace {

constexpr std::array<std::string_view, 6> kOutcomeNames{"completed",        "downstream_aborted",
                                                        "upstream_aborted", "timed_out",
                                                        "injected",         "proxy_aborted"};

std::vector<FieldView> views_of(const std::vector<RecordedMessage::Field>& fields) {
  std::vector<FieldView> views;
  views.reserve(fields.size());
  for (const auto& field : fields) {
    views.push_back({field.name, field.value});
  }
  return views;
}

}  // namespace

std::string_view outcome_name(Outcome outcome) noexcept {
  return kOutcomeNames[static_cast<size_t>(outcome)];
}

std::optional<Outcome> outcome_from_name(std::string_view name) noexcept {
  for (size_t i = 0; i < kOutcomeNames.size(); ++i) {
    if (kOutcomeNames[i] == name) return static_cast<Outcome>(i);
  }
  return std::nullopt;
}

std::string exchange_name(std::string_view listener, const ExchangeId& id) {
  std::string name(listener);
  name.append("/").append(std::to_string(id.connection));
  name.append("/").append(std::to_string(id.exchange));
  return name;
}

MessageView RecordedMessage::view() const {
  MessageView view;
  view.direction = direction;
  view.method = method;
  view.target = target;
  view.status = status;
  view.version = version;
  view.fields = views_of(fields);
  view.trailers = views_of(trailers);
  view.body = body;
  view.body_state = body_state;
  if (body_outcome == redaction::BodyOutcome::Dropped && body_state == BodyState::Complete) {
    view.body_state = BodyState::NotKept;
  }
  return view;
}

}  // namespace faultline::record

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/edit/edit_filter.h"

#include "proxy/http/framing.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace faultline::filters {

Flow EditFilter::on_request(RequestMessage& message, FilterContext& context) {
  if (spec_.side != rules::Side::Request) return Flow::Continue;
  if (!changes(message.head)) {
    ticket_.bypass(context, rules::BypassReason::NoTarget);
    return Flow::Continue;
  }
  ticket_.apply(context, action(), [&] { edit(message.head); });
  return Flow::Continue;
}

Flow EditFilter::on_response(ResponseMessage& message, FilterContext& context) {
  if (spec_.side != rules::Side::Response) return Flow::Continue;
  auto& head = message.head;
  const bool has_new_status = spec_.status != 0 && spec_.status != head.status;
  if (!has_new_status && !changes(head)) {
    ticket_.bypass(context, rules::BypassReason::NoTarget);
    return Flow::Continue;
  }
  ticket_.apply(context, action(), [&] {
    edit(head);
    if (!has_new_status) return;
    if (http::status_forbids_body(head.status)) http::frame_as_length(head, 0);
    head.status = spec_.status;
    head.reason = http::reason_phrase(spec_.status);
  });
  return Flow::Continue;
}

bool EditFilter::changes(const http::Head& head) const {
  const auto has = [&head](const std::string& name) { return head.fields.find(name) != nullptr; };
  return !spec_.set.empty() || std::any_of(spec_.remove.begin(), spec_.remove.end(), has) ||
         std::any_of(spec_.duplicate.begin(), spec_.duplicate.end(), has);
}

void EditFilter::edit(http::Head& head) const {
  for (const auto& name : spec_.remove) head.fields.remove(name);
  for (const auto& [name, value] : spec_.set) head.fields.set(name, value);
  for (const auto& name : spec_.duplicate) {
    if (const auto* field = head.fields.find(name)) {
      const auto [text, value] = *field;
      head.fields.append(text, value);
    }
  }
  head.edit();
}

FaultAction EditFilter::action() const {
  std::string what = fmt::format("set {}, remove {}, duplicate {}", spec_.set.size(),
                                 spec_.remove.size(), spec_.duplicate.size());
  if (spec_.status != 0) what += fmt::format(", status {}", spec_.status);
  return {.side = spec_.side, .action = std::move(what)};
}

}  // namespace faultline::filters

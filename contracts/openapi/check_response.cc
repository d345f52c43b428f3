// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/checker.h"
#include "contracts/openapi/content_keys.h"
#include "proxy/base/text.h"
#include "proxy/json/writer.h"

#include <climits>
#include <string>
#include <string_view>

// The status of a response, and what a response of that status may hold.
namespace faultline::contracts::openapi {

/// A code counts before a range, and that before the default.
const Response* Checker::find_response() const {
  const Response* best = nullptr;
  for (const Response& response : operation_->responses) {
    if (!response.stands_for(message_.status)) continue;
    if (response.first_status == response.last_status) return &response;
    if (best == nullptr || best->last_status == INT_MAX) best = &response;
  }
  return best;
}

bool Checker::response_has_no_body() const noexcept {
  return message_.method == "HEAD" || message_.status == 204 || message_.status == 304 ||
         (message_.status >= 100 && message_.status < 200);
}

void Checker::check_response() {
  if (response_has_no_body()) {
    // A length on these is only wrong where the status forbids one (RFC 9110 8.6); on HEAD and
    // 304 it tells what GET would bring.
    const FieldView* length = message_.find("content-length");
    const bool announces = message_.status == 204 && message_.method != "HEAD" &&
                           length != nullptr && trim(length->value) != "0";
    if (!message_.body.empty() || announces) {
      Violation& violation =
          add({.place = &operation_->place}, "forbidden", FindingClass::Violation, Severity::Error);
      violation.expected = "{\"body\":false}";
      violation.actual = "{\"body\":true}";
    }
  }
  const Response* response = response_ = find_response();
  if (response == nullptr) return check_status();
  marks_.response(*operation_, *response);
  if (!response->not_checked.empty()) return skip(response->not_checked);
  for (const Parameter& header : response->headers) check_header(header, message_.fields);
  if (response_has_no_body()) return;
  if (response->content.empty()) {
    if (!message_.body.empty()) {
      add({.place = &response->place}, "undocumented", FindingClass::Undocumented,
          Severity::Warning)
          .expected = "{\"content\":[]}";
    }
    return;
  }
  if (message_.body.empty() && message_.body_state == BodyState::Complete) {
    Violation& violation =
        add({.place = &response->place}, "missing", FindingClass::Violation, Severity::Error);
    violation.expected = list_of_keys(response->content);
    violation.actual = "{\"present\":false}";
    return;
  }
  check_content(response->content, response->place);
}

void Checker::check_status() {
  // Informational responses belong to the connection, not to the operation.
  if (message_.status >= 100 && message_.status < 200) return;
  Violation& violation = add({.location = Location::Status, .place = &operation_->place},
                             "undocumented", FindingClass::Undocumented, Severity::Error);
  violation.pointer = std::to_string(message_.status);
  violation.pointer_template = violation.pointer;
  json::Writer expected;
  expected.begin_object().key("status").begin_array();
  for (const Response& response : operation_->responses) expected.value(response.code);
  violation.expected = expected.end_array().end_object().take();
  violation.actual =
      json::Writer().begin_object().member("status", message_.status).end_object().take();
}

}  // namespace faultline::contracts::openapi

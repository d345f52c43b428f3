// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/checker.h"

#include "contracts/json_schema/walk.h"
#include "proxy/base/text.h"
#include "proxy/json/pointer.h"
#include "proxy/json/writer.h"

#include <algorithm>
#include <utility>

namespace faultline::contracts::openapi {
namespace {

/// A path with the segments that look like values of their own as `*`, so that one undocumented
/// path is one finding: numbers, and anything long with a digit in it.
std::string generalize(std::string_view path) {
  constexpr size_t kLong = 16;
  std::string general;
  for (const auto segment : split(path.substr(0, kRawValueBytes), '/')) {
    const bool has_digit = std::any_of(segment.begin(), segment.end(), is_ascii_digit);
    const bool is_number = has_digit && std::all_of(segment.begin(), segment.end(), is_ascii_digit);
    if (!general.empty() || !segment.empty()) general += '/';
    if (is_number || (has_digit && segment.size() >= kLong)) {
      general += '*';
    } else {
      general += segment;
    }
  }
  return general;
}

void append_methods(json::Writer& writer, const Route& route) {
  writer.key("methods").begin_array();
  for (const auto& [method, index] : route.operations) writer.value(method);
  writer.end_array();
}

}  // namespace

Checker::Checker(const Model& model, const MessageView& message, CheckContext& context,
                 const CoverageMarks& marks, CheckResult& result)
    : model_(model),
      message_(message),
      memory_(context.body(message.direction)),
      last_request_(context.last_request()),
      marks_(marks),
      reader_(model.program, context.scalar()),
      result_(result) {}

void Checker::run() {
  if (!locate()) {
    if (is_preflight()) {
      // It asks whether another method may be used; what it asks for is in the contract.
    } else if (route_ != nullptr && !route_->not_checked.empty()) {
      skip(route_->not_checked);
    } else {
      report_undocumented();
    }
    return finish();
  }
  result_.operation = operation_->id;
  if (!operation_->not_checked.empty()) {
    skip(operation_->not_checked);
  } else if (message_.direction == Direction::Request) {
    check_request();
  } else {
    check_response();
  }
  finish();
}

bool Checker::locate() {
  const bool is_request = message_.direction == Direction::Request;
  if (!is_request && last_request_.has(model_.digest, message_.target)) {
    const Operation& operation = model_.operations[last_request_.operation()];
    if (operation.method == message_.method) {
      route_ = &model_.routes[last_request_.route()];
      operation_ = &operation;
      return true;
    }
  }
  target_ = split_target(message_.target);
  is_target_encoded_ = is_percent_encoded(message_.target, true);
  const std::string_view path = target_.path.empty() ? std::string_view("/") : target_.path;
  if (!model_.router.find(path, is_target_encoded_, match_)) return false;
  route_ = &model_.routes[match_.leaf];
  const auto find_method = [&](std::string_view method) {
    for (const auto& [name, index] : route_->operations) {
      if (name != method) continue;
      operation_ = &model_.operations[index];
      if (is_request) last_request_.keep(model_.digest, message_.target, match_.leaf, index);
    }
  };
  find_method(message_.method);
  // HEAD is GET without the body (RFC 9110 9.3.2).
  if (operation_ == nullptr && message_.method == "HEAD") find_method("GET");
  return operation_ != nullptr;
}

/// A CORS preflight (Fetch, section 3.2.2) is the browser's, not the operation's: it conforms when
/// the contract has the method that it asks for. Its response shows no more than OPTIONS.
bool Checker::is_preflight() const {
  if (route_ == nullptr || message_.method != "OPTIONS") return false;
  if (message_.direction == Direction::Response) {
    return message_.find("access-control-allow-methods") != nullptr ||
           message_.find("access-control-allow-origin") != nullptr;
  }
  const FieldView* method = message_.find("access-control-request-method");
  if (method == nullptr || message_.find("origin") == nullptr) return false;
  const std::string_view wanted = trim(method->value);
  return std::any_of(route_->operations.begin(), route_->operations.end(),
                     [&](const auto& known) { return known.first == wanted; });
}

/// The request bears the finding; its response is only counted, or each would be told twice.
void Checker::report_undocumented() {
  result_.verdict = Verdict::Undocumented;
  if (message_.direction == Direction::Response) return;
  Violation& violation = add({.location = Location::Message}, "undocumented",
                             FindingClass::Undocumented, Severity::Warning);
  violation.rule = "http.request.undocumented";
  violation.operation = std::string(message_.method) + " (undocumented)";
  violation.pointer = target_.path.substr(0, kRawValueBytes);
  json::Writer expected;
  expected.begin_object();
  if (route_ != nullptr) {
    violation.contract = place_of(route_->place);
    violation.pointer_template = route_->path;
    append_methods(expected, *route_);
    violation.hint = other_method_hint();
  } else {
    violation.pointer_template = generalize(target_.path);
    violation.contract.file = model_.documents->file_of(model_.documents->root())->name();
    expected.member("path", "documented");
    violation.hint = undocumented_hint();
  }
  violation.expected = expected.end_object().take();
  violation.actual =
      json::Writer().begin_object().member("method", message_.method).end_object().take();
}

/// The path is chosen before the method; another path that fits may have it.
std::string Checker::other_method_hint() const {
  std::string hint = "the contract has the path '" + route_->path + "' without this method";
  const auto other = model_.router.find_if(target_.path, [this](uint32_t leaf) {
    const auto& operations = model_.routes[leaf].operations;
    return std::any_of(operations.begin(), operations.end(), [this](const auto& operation) {
      return operation.first == message_.method;
    });
  });
  if (other) hint += "; '" + model_.routes[other->leaf].path + "' has it and fits, too";
  return hint;
}

/// What nearly matched: another trailing slash, or the path without the base of the servers.
std::string Checker::undocumented_hint() const {
  std::string path(target_.path);
  const bool ends_with_slash = path.ends_with('/');
  if (ends_with_slash && path.size() > 1) {
    path.pop_back();
  } else {
    path += '/';
  }
  const auto other = model_.router.find(path);
  if (other) {
    return "'" + model_.routes[other->leaf].path + "' would match " +
           (ends_with_slash ? "without the trailing slash" : "with a trailing slash");
  }
  for (const std::string& base : model_.base_paths) {
    const auto based =
        base.empty() ? std::nullopt : model_.router.find(base + std::string(target_.path));
    if (based) {
      return "'" + model_.routes[based->leaf].path + "' would match behind the server's base '" +
             base + "'";
    }
  }
  return {};
}

/// One verdict per message: what the contract forbids outweighs what it does not know, and that
/// outweighs what could not be checked.
void Checker::finish() {
  if (result_.verdict == Verdict::Conforms && !result_.unverifiable.empty()) {
    result_.verdict = Verdict::Unverifiable;
  }
  if (result_.violations.empty()) return;
  const auto has = [this](FindingClass kind) {
    return std::any_of(result_.violations.begin(), result_.violations.end(),
                       [kind](const Violation& violation) { return violation.kind == kind; });
  };
  if (has(FindingClass::Violation)) {
    result_.verdict = Verdict::Violates;
  } else if (has(FindingClass::Undocumented)) {
    result_.verdict = Verdict::Undocumented;
  }
  if (result_.violations.size() > limits::kViolationsPerMessage) {
    result_.violations_left_out += result_.violations.size() - limits::kViolationsPerMessage;
    result_.violations.resize(limits::kViolationsPerMessage);
  }
}

Violation& Checker::add(const Subject& subject, std::string_view keyword, FindingClass kind,
                        Severity severity) {
  Violation violation;
  violation.kind = kind;
  violation.severity = severity;
  violation.direction = message_.direction;
  if (operation_ != nullptr) violation.operation = operation_->id;
  violation.location = subject.location;
  violation.pointer = subject.name;
  violation.pointer_template = subject.name_template.empty() ? subject.name : subject.name_template;
  violation.keyword = keyword;
  violation.rule = "http." + std::string(direction_name(message_.direction)) + "." +
                   std::string(location_name(subject.location)) + "." + std::string(keyword);
  if (subject.place != nullptr) violation.contract = place_of(*subject.place);
  result_.violations.push_back(std::move(violation));
  return result_.violations.back();
}

void Checker::add_schema_errors(json_schema::Report& report, const SchemaUse& use,
                                const Subject& subject, std::string_view text) {
  for (const auto& [reason, count] : report.unverifiable) result_.unverifiable[reason] += count;
  result_.violations_left_out += report.left_out;
  for (json_schema::SchemaError& error : report.errors) {
    Violation& violation = add(subject, error.keyword, FindingClass::Violation, Severity::Error);
    violation.contract = place_at(error.file, error.place, use.pointer + error.schema_path,
                                  std::move(error.resolved));
    violation.pointer += error.pointer;
    violation.pointer_template += error.pointer_template;
    violation.expected = std::move(error.expected);
    violation.actual = std::move(error.actual);
    violation.hint = std::move(error.hint);
    const SourceSpan span = error.instance.span();
    // Only a body is read in place; a parameter is small enough to be shown whole.
    const bool is_in_text = subject.location == Location::Body && error.keyword != "required";
    if (is_in_text && span.offset <= text.size()) {
      violation.raw_value = text.substr(span.offset, std::min<size_t>(span.length, kRawValueBytes));
    } else if (subject.location != Location::Body) {
      violation.raw_value = text.substr(0, kRawValueBytes);
    }
  }
}

void Checker::check_value(json::Value value, const SchemaUse& use, const Subject& subject,
                          std::string_view text) {
  if (judge(value, use).outcome == json_schema::Outcome::Valid) return;
  report_value(value, use, subject, text);
}

json_schema::Judgement Checker::judge(json::Value value, const SchemaUse& use) {
  if (use.id == json_schema::kNoSchema) return {};
  marks_.value(use.id, value, message_.direction);
  return json_schema::judge(model_.program, use.id, value, message_.direction);
}

json_schema::Judgement Checker::judge_body(json::Value body, const SchemaUse& use) {
  if (!memory_.readings) return judge(body, use);
  memory_.readings->restart(body.extent());
  if (use.id == json_schema::kNoSchema) return {};
  marks_.value(use.id, body, message_.direction);
  return json_schema::judge(model_.program, use.id, body, message_.direction, *memory_.readings);
}

void Checker::report_value(json::Value value, const SchemaUse& use, const Subject& subject,
                           std::string_view text) {
  if (is_full()) {
    ++result_.violations_left_out;
    return;
  }
  json_schema::Report report;
  json_schema::collect(model_.program, use.id, value, message_.direction, report);
  add_schema_errors(report, use, subject, text);
}

void Checker::skip(const std::string& reason) { ++result_.unverifiable[reason]; }

/// Whether findings beyond these are only counted.
bool Checker::is_full() const noexcept {
  return result_.violations.size() >= limits::kViolationsPerMessage;
}

ContractPlace Checker::place_at(const SourceFilePtr& file, SourceSpan span, std::string pointer,
                                std::string resolved) {
  const SourcePosition position = file->position(span.offset);
  if (resolved == pointer) resolved.clear();
  return {.file = file->name(),
          .line = position.line,
          .column = position.column,
          .pointer = std::move(pointer),
          .resolved = std::move(resolved)};
}

ContractPlace Checker::place_of(const Place& place) const {
  return place_at(model_.documents->file_of(place.source), place.source.span(), place.pointer,
                  json::pointer_of(place.source));
}

}  // namespace faultline::contracts::openapi

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/findings_file.h"

#include "proxy/json/tape.h"
#include "proxy/record/append_file.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace faultline::run {

namespace {

using contracts::FindingClass;
using contracts::Location;
using contracts::Severity;

constexpr uint64_t kFileBytes = 256UL * 1024 * 1024;  // kFindings findings of several KiB each

constexpr std::array kSeverities{Severity::Error, Severity::Warning, Severity::Note};
constexpr std::array kClasses{FindingClass::Violation, FindingClass::Undocumented,
                              FindingClass::Unverifiable, FindingClass::AmbiguousContract};
constexpr std::array kLocations{Location::Body,   Location::Query,  Location::Header,
                                Location::Path,   Location::Cookie, Location::Status,
                                Location::Message};
constexpr std::array kDirections{Direction::Request, Direction::Response};
constexpr std::array kCauses{Cause::Natural, Cause::Injected, Cause::Mixed};

/// One object of a file; the first complaint stands for it.
class ObjectView {
 public:
  ObjectView(json::Value object, std::string place) : object_(object), place_(std::move(place)) {
    if (!object_.is_object()) complain("", "want an object");
  }

  std::string text(std::string_view member) {
    const auto value = find(member);
    if (value && value->is_string()) return std::string(value->string());
    complain(member, "want a string");
    return {};
  }

  uint64_t count(std::string_view member) {
    const auto value = find(member);
    const auto number = value && value->is_number() ? value->as_int64() : std::nullopt;
    if (number && *number >= 0) return static_cast<uint64_t>(*number);
    complain(member, "want a count");
    return 0;
  }

  template <typename T, size_t N, typename NameOf>
  T word(std::string_view member, const std::array<T, N>& values, NameOf name_of) {
    const std::string name = text(member);
    for (const T value : values) {
      if (name_of(value) == name) return value;
    }
    complain(member, "unknown word '" + name + "'");
    return values[0];
  }

  ObjectView object(std::string_view member) {
    const auto value = find(member);
    if (!value || !value->is_object()) complain(member, "want an object");
    ObjectView below(value && value->is_object() ? *value : object_, place_of(member));
    below.problem_ = problem_;
    return below;
  }

  std::vector<json::Value> list(std::string_view member) {
    std::vector<json::Value> elements;
    const auto value = find(member);
    if (!value || !value->is_array()) {
      complain(member, "want an array");
      return elements;
    }
    for (const json::Value element : value->elements()) elements.push_back(element);
    return elements;
  }

  [[nodiscard]] std::string place_of(std::string_view member) const {
    return place_ + (place_.ends_with(' ') || member.empty() ? "" : "/") + std::string(member);
  }
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
  void take_problem(const ObjectView& below) {
    if (problem_.empty()) problem_ = below.problem_;
  }

 private:
  [[nodiscard]] std::optional<json::Value> find(std::string_view member) const {
    return object_.is_object() ? object_.find(member) : std::nullopt;
  }
  void complain(std::string_view member, std::string_view what) {
    if (problem_.empty()) problem_ = place_of(member) + ": " + std::string(what);
  }

  json::Value object_;
  std::string place_;
  std::string problem_;
};

Finding read_finding(ObjectView& object) {
  Finding finding;
  finding.id = object.text("id");
  finding.fingerprint = object.text("fingerprint");
  finding.violation.rule = object.text("rule");
  finding.violation.kind = object.word("class", kClasses, contracts::finding_class_name);
  finding.violation.severity = object.word("severity", kSeverities, contracts::severity_name);
  finding.violation.direction = object.word("direction", kDirections, direction_name);
  finding.violation.operation = object.text("operation");
  finding.cause = object.word("cause", kCauses, cause_name);
  ObjectView instance = object.object("instance");
  finding.violation.location = instance.word("location", kLocations, contracts::location_name);
  finding.violation.pointer_template = instance.text("pointer_template");
  object.take_problem(instance);
  return finding;
}

OperationCoverage read_operation(ObjectView& object) {
  OperationCoverage coverage;
  coverage.listener = object.text("listener");
  coverage.operation = object.text("operation");
  coverage.file = object.text("file");
  coverage.requests = object.count("requests");
  coverage.responses = object.count("responses");
  coverage.requests_checked = object.count("requests_checked");
  coverage.responses_checked = object.count("responses_checked");
  return coverage;
}

/// Reads each element of `list` with `read`; the error names its position.
template <typename T, typename Read>
Status read_elements(ObjectView& parent, std::string_view member, Read read, std::vector<T>& out) {
  size_t position = 0;
  for (const json::Value element : parent.list(member)) {
    ObjectView view(element, parent.place_of(member) + "/" + std::to_string(position++));
    out.push_back(read(view));
    parent.take_problem(view);
    if (!parent.problem().empty()) break;
  }
  if (parent.problem().empty()) return {};
  return fail(ErrorCode::ParseFailed, parent.problem(), ErrorSource::Input);
}

template <typename Body>
Status with_file(const std::string& path, Body body) {
  FL_TRY(const std::string text, record::read_file(path, kFileBytes));
  const auto document = json::Document::parse(text);
  if (!document) {
    return fail(ErrorCode::ParseFailed, path + ": " + document.error().message, ErrorSource::Input);
  }
  ObjectView root(document->root(), path + ": ");
  return body(root);
}

}  // namespace

Result<EarlierFindings> read_earlier_findings(const std::string& folder) {
  EarlierFindings earlier;
  FL_CHECK_OK(with_file(folder + "/findings.json", [&](ObjectView& root) {
    earlier.left_out = root.count("left_out");
    return read_elements(root, "findings", read_finding, earlier.findings);
  }));
  FL_CHECK_OK(with_file(folder + "/contract-diff.json", [&](ObjectView& root) {
    ObjectView coverage = root.object("coverage");
    return read_elements(coverage, "operations", read_operation, earlier.coverage);
  }));
  return earlier;
}

}  // namespace faultline::run

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/evaluator.h"

#include "contracts/json_schema/code_points.h"
#include "contracts/json_schema/describe.h"
#include "contracts/json_schema/evaluator_core.h"
#include "proxy/base/text.h"
#include "proxy/json/pointer.h"

#include <algorithm>
#include <utility>

namespace faultline::contracts::json_schema {
namespace {

bool type_matches(TypeMask allowed, json::Value value) noexcept {
  switch (value.kind()) {
    case json::Kind::Null:
      return (allowed & types::kNull) != 0;
    case json::Kind::Bool:
      return (allowed & types::kBoolean) != 0;
    case json::Kind::Number:
      if ((allowed & types::kNumber) == types::kNumber) return true;
      if ((allowed & types::kNumber) == 0) return false;
      return value.is_integer() == ((allowed & types::kInteger) != 0);
    case json::Kind::String:
      return (allowed & types::kString) != 0;
    case json::Kind::Array:
      return (allowed & types::kArray) != 0;
    case json::Kind::Object:
      return (allowed & types::kObject) != 0;
  }
  return false;
}

SourceSpan place_of(const Schema& schema, std::string_view keyword) noexcept {
  for (const json::Member& member : schema.source.members()) {
    if (member.name() == keyword) return member.key.span();
  }
  return schema.source.span();
}

}  // namespace

template <bool kCollect>
Outcome Evaluator<kCollect>::run(json::Value value, const Frame& frame) {
  if (steps_ == 0 || depth_ == kEvaluationDepth) return unknown("budget");
  --steps_;
  const Schema& schema = program_[frame.schema];
  if (schema.is_false) return reject(frame.keyword, value, frame);
  // A value of the wrong type breaks other keywords as well; one complaint is enough.
  if (schema.types != types::kAny && !type_matches(schema.types, value)) {
    return reject("type", value, frame);
  }
  ++depth_;
  Tally tally;
  bool is_done = false;
  if (schema.ref != kNoSchema) {
    is_done = tally.add(run(value, {.schema = schema.ref, .parent = &frame}));
  }
  if (!is_done) is_done = tally.add(check_kind(value, frame));
  if (!is_done && (schema.enumeration || schema.constant)) {
    is_done = tally.add(check_values(value, frame));
  }
  if (!is_done && schema.combination) is_done = tally.add(check_combination(value, frame));
  if (!is_done) {
    for (const Unsupported& part : schema.unsupported) {
      if (type_matches(part.types, value)) tally.add(unknown(part.reason));
    }
  }
  --depth_;
  return tally.outcome;
}

template <bool kCollect>
Outcome Evaluator<kCollect>::check_kind(json::Value value, const Frame& frame) {
  const Schema& schema = program_[frame.schema];
  switch (value.kind()) {
    case json::Kind::Number:
      return schema.number || schema.format != Format::None ? check_number(value, frame)
                                                            : Outcome::Valid;
    case json::Kind::String:
      return schema.string || schema.format != Format::None ? check_string(value, frame)
                                                            : Outcome::Valid;
    case json::Kind::Array:
      return schema.array ? check_array(value, frame) : Outcome::Valid;
    case json::Kind::Object:
      return schema.object ? check_object(value, frame) : Outcome::Valid;
    case json::Kind::Null:
    case json::Kind::Bool:
      return Outcome::Valid;
  }
  return Outcome::Valid;
}

template <bool kCollect>
Outcome Evaluator<kCollect>::check_values(json::Value value, const Frame& frame) {
  const Schema& schema = program_[frame.schema];
  Tally tally;
  if (schema.enumeration && !schema.enumeration->contains(value)) {
    if (tally.add(reject("enum", value, frame))) return tally.outcome;
  }
  if (schema.constant && !schema.constant->contains(value)) {
    tally.add(reject("const", value, frame));
  }
  return tally.outcome;
}

template <bool kCollect>
Outcome Evaluator<kCollect>::check_number(json::Value value, const Frame& frame) {
  const Schema& schema = program_[frame.schema];
  const auto number = json::Decimal::parse(value.number_text());
  if (!number) return unknown("number");
  Tally tally;
  const auto require = [&](bool holds, std::string_view keyword) {
    return !holds && tally.add(reject(keyword, value, frame));
  };
  if (schema.number) {
    const NumberRules& rules = *schema.number;
    // In 3.0 the limit of `exclusiveMinimum: true` stands in `minimum`; the error names the former.
    if (rules.minimum && require(*number >= *rules.minimum, "minimum")) return tally.outcome;
    if (rules.maximum && require(*number <= *rules.maximum, "maximum")) return tally.outcome;
    if (rules.exclusive_minimum &&
        require(*number > *rules.exclusive_minimum, "exclusiveMinimum")) {
      return tally.outcome;
    }
    if (rules.exclusive_maximum &&
        require(*number < *rules.exclusive_maximum, "exclusiveMaximum")) {
      return tally.outcome;
    }
    if (rules.multiple_of) {
      const auto is_multiple = number->is_multiple_of(*rules.multiple_of);
      if (!is_multiple) tally.add(unknown("keyword:multipleOf"));
      if (is_multiple && require(*is_multiple, "multipleOf")) return tally.outcome;
    }
  }
  require(number_has_format(schema.format, *number), "format");
  return tally.outcome;
}

template <bool kCollect>
Outcome Evaluator<kCollect>::check_string(json::Value value, const Frame& frame) {
  const Schema& schema = program_[frame.schema];
  const std::string_view text = value.string();
  Tally tally;
  const auto require = [&](bool holds, std::string_view keyword) {
    return !holds && tally.add(reject(keyword, value, frame));
  };
  if (schema.string) {
    const StringRules& rules = *schema.string;
    if (rules.length_min > 0 || text.size() > rules.length_max) {
      const uint64_t length = count_code_points(text);
      if (require(length >= rules.length_min, "minLength")) return tally.outcome;
      if (require(length <= rules.length_max, "maxLength")) return tally.outcome;
    }
    if (rules.pattern && require(rules.pattern->matches(text), "pattern")) return tally.outcome;
  }
  require(text_has_format(schema.format, text), "format");
  return tally.outcome;
}

template <bool kCollect>
Outcome Evaluator<kCollect>::unknown(std::string_view reason) {
  if constexpr (kCollect) ++report_->unverifiable[std::string(reason)];
  return Outcome::Unknown;
}

template <bool kCollect>
Outcome Evaluator<kCollect>::reject(std::string_view keyword, json::Value value,
                                    const Frame& frame) {
  if constexpr (kCollect) {
    if (!has_room()) return Outcome::Invalid;
    const Schema& schema = program_[frame.schema];
    // A schema that is `false` stands behind the keyword that led to it.
    const std::string last = schema.is_false || keyword.empty() ? "" : "/" + std::string(keyword);
    SchemaError error;
    error.keyword = keyword.empty() ? "false" : keyword;
    error.instance = value;
    error.pointer = json::pointer_of(value);
    error.pointer_template = frame.pointer_template();
    error.schema_path = frame.schema_path() + last;
    error.resolved = json::pointer_of(schema.source) + last;
    error.place = place_of(schema, keyword);
    error.expected = describe_expected(schema, error.keyword);
    error.actual = describe_actual(value);
    add_error(std::move(error));
  }
  return Outcome::Invalid;
}

template <bool kCollect>
Outcome Evaluator<kCollect>::reject_missing(size_t position, json::Value value,
                                            const Frame& frame) {
  if constexpr (kCollect) {
    if (!has_room()) return Outcome::Invalid;
    const Schema& schema = program_[frame.schema];
    const std::string_view name = schema.object->required[position];
    const std::string last = "/required/" + std::to_string(position);
    SchemaError error;
    error.keyword = "required";
    error.instance = value;
    error.pointer = json::pointer_of(value);
    error.pointer_template = frame.pointer_template();
    json::append_token(error.pointer, name);
    json::append_token(error.pointer_template, name);
    error.schema_path = frame.schema_path() + last;
    error.resolved = json::pointer_of(schema.source) + last;
    const auto written = schema.source.find("required");
    const auto element = written ? written->at(static_cast<uint32_t>(position)) : std::nullopt;
    error.place = element ? element->span() : schema.source.span();
    error.expected = element ? "{\"required\":" + json_quote(name) + "}" : "{}";
    error.actual = "{\"present\":false}";
    add_error(std::move(error));
  }
  return Outcome::Invalid;
}

/// Whether the next error is to be spelled out. Spelling costs as much as many visits, and counts
/// so.
template <bool kCollect>
bool Evaluator<kCollect>::has_room() {
  constexpr uint32_t kErrorSteps = 50;
  if (report_->errors.size() >= limits::kViolationsPerMessage) {
    ++report_->left_out;
    return false;
  }
  steps_ -= std::min(steps_, kErrorSteps);
  return true;
}

template <bool kCollect>
void Evaluator<kCollect>::add_error(SchemaError error) {
  if (report_->errors.size() < limits::kViolationsPerMessage) {
    report_->errors.push_back(std::move(error));
  } else {
    ++report_->left_out;
  }
}

Outcome verdict(const Program& program, SchemaId id, json::Value value, Direction direction) {
  uint32_t steps = kEvaluationSteps;
  return Evaluator<false>(program, direction, steps, nullptr).run(value, {.schema = id});
}

Outcome collect(const Program& program, SchemaId id, json::Value value, Direction direction,
                Report& report) {
  uint32_t steps = kEvaluationSteps;
  return Evaluator<true>(program, direction, steps, &report).run(value, {.schema = id});
}

template class Evaluator<false>;
template class Evaluator<true>;

}  // namespace faultline::contracts::json_schema

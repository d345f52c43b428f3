// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/evaluator.h"

#include "contracts/json_schema/code_points.h"
#include "contracts/json_schema/describe.h"
#include "contracts/json_schema/evaluator_core.h"
#include "proxy/base/text.h"
#include "proxy/json/parser.h"
#include "proxy/json/pointer.h"
#include "proxy/json/surrogates.h"

#include <algorithm>
#include <array>
#include <utility>

namespace faultline::contracts::json_schema {
namespace {

/// The whole numbers on both sides of a number. The widest range when that takes more than a look:
/// an exponent, or 18 digits and more before the point.
std::pair<int64_t, int64_t> whole_neighbours(json::Value value) noexcept {
  if (value.is_plain_int64()) return {value.plain_int64(), value.plain_int64()};
  constexpr std::pair<int64_t, int64_t> kAnywhere = {INT64_MIN, INT64_MAX};
  constexpr size_t kDigitsMax = 17;
  std::string_view text = value.number_text();
  const bool is_negative = text.front() == '-';
  if (is_negative) text.remove_prefix(1);
  int64_t whole = 0;
  size_t at = 0;
  for (; at < text.size() && is_ascii_digit(text[at]); ++at) {
    if (at == kDigitsMax) return kAnywhere;
    whole = whole * 10 + (text[at] - '0');
  }
  const bool is_decimal =
      text.substr(at).starts_with('.') &&
      std::all_of(text.begin() + static_cast<ptrdiff_t>(at) + 1, text.end(), is_ascii_digit);
  if (!is_decimal) return kAnywhere;
  if (is_negative) return {-whole - 1, -whole};
  return {whole, whole + 1};
}

/// Whether a look at the whole numbers on both sides settles that the number is within all bounds
/// and of the schema's format: nearly always, and without its exact value.
bool holds_by_neighbours(json::Value value, const Schema& schema) noexcept {
  const NumberRules* const rules = schema.number.get();
  if (rules != nullptr && !rules->has_whole_range) return false;
  const auto [floor, ceiling] = whole_neighbours(value);
  if (rules != nullptr && (floor < rules->whole_min || ceiling > rules->whole_max)) return false;
  switch (schema.format) {
    case Format::Int32:
      return value.is_plain_int64() && floor >= INT32_MIN && ceiling <= INT32_MAX;
    case Format::Int64:
      return value.is_plain_int64();
    case Format::Float:
    case Format::Double:
      return floor != INT64_MIN || ceiling != INT64_MAX;  // else it may be of any size
    default:
      return true;  // of texts, or none
  }
}

/// What the brief mode may take after the fast one, which skips branches that the kind of a value
/// or a member of it rules out.
constexpr uint32_t kBriefSteps = 4 * kEvaluationSteps;

SourceSpan place_of(const Schema& schema, std::string_view keyword) noexcept {
  for (const json::Member& member : schema.source.members()) {
    if (member.name() == keyword) return member.key.span();
  }
  return schema.source.span();
}

}  // namespace

template <Mode kMode>
Outcome Evaluator<kMode>::judge(json::Value value, SchemaId schema) {
  At at = {};
  at.schema = schema;
  if constexpr (!kCollect) at.top = schema;
  return run(value, at);
}

template <Mode kMode>
void Evaluator<kMode>::reject_whole(json::Value value, SchemaId schema) {
  At at = {};
  at.schema = schema;
  reject({}, value, at);
  if constexpr (kCollect) {
    SchemaError& error = report_->errors.back();
    error.keyword = "schema";
    error.expected = "{}";
    error.hint = "it contradicts the schema, but to find the place would take too long";
  }
}

template <Mode kMode>
Outcome Evaluator<kMode>::run_deep(json::Value value, AtRef at, Evaluated* evaluated) {
  return run_full(value, at, evaluated);
}

template <Mode kMode>
Outcome Evaluator<kMode>::run_full(json::Value value, AtRef at, Evaluated* evaluated) {
  if (steps_ == 0 || depth_ == kEvaluationDepth) return unknown(kBudget);
  --steps_;
  const Schema& schema = schemas_[at.schema];
  // A value of the wrong type breaks other keywords as well; one complaint is enough.
  if (schema.types != types::kAny && !type_matches(schema, schema.types, value)) {
    return reject("type", value, at);
  }
  if (schema.is_false) return reject_false(value, at);
  if ((schema.judged & kind_mask(value)) == 0) return Outcome::Valid;
  names_.note_general(value);
  ++depth_;
  const bool is_elsewhere =
      program_.has_dynamic_scope && (scope_ == nullptr || scope_->resource != schema.resource);
  const Outcome outcome =
      is_elsewhere ? run_in_resource(value, at, evaluated) : run_judged(value, at, evaluated);
  --depth_;
  return outcome;
}

template <Mode kMode>
Outcome Evaluator<kMode>::run_in_resource(json::Value value, AtRef at, Evaluated* evaluated) {
  const DynamicScope scope = {schemas_[at.schema].resource, scope_};
  scope_ = &scope;
  const Outcome outcome = run_judged(value, at, evaluated);
  scope_ = scope.outer;
  return outcome;
}

template <Mode kMode>
Outcome Evaluator<kMode>::run_judged(json::Value value, AtRef at, Evaluated* evaluated) {
  const Schema& schema = schemas_[at.schema];
  if (schema.allows_null && value.is_null()) return Outcome::Valid;
  const bool asks_for_rest =
      value.is_object()  ? schema.object && schema.object->unevaluated != kNoSchema
      : value.is_array() ? schema.array && schema.array->unevaluated != kNoSchema
                         : false;
  return asks_for_rest ? check_with_unevaluated(value, at, evaluated)
                       : check_all(value, at, evaluated);
}

template <Mode kMode>
Outcome Evaluator<kMode>::check_all(json::Value value, AtRef at, Evaluated* evaluated) {
  const Schema& schema = schemas_[at.schema];
  Tally tally;
  if (schema.ref != kNoSchema || schema.dynamic) {
    if (tally.add(check_references(value, at, evaluated))) return tally.outcome;
  }
  if (tally.add(check_kind(value, at, evaluated))) return tally.outcome;
  if (!schema.enums.empty() && tally.add(check_values(value, at))) return tally.outcome;
  if (schema.combination && tally.add(check_combination(value, at, evaluated))) {
    return tally.outcome;
  }
  for (const Unsupported& part : schema.unsupported) {
    if (type_matches(schema, part.types, value)) {
      tally.add(unknown(part.reason));
      if (evaluated != nullptr) evaluated->mark_uncertain();
    }
  }
  return tally.outcome;
}

template <Mode kMode>
Outcome Evaluator<kMode>::check_references(json::Value value, AtRef at, Evaluated* evaluated) {
  const Schema& schema = schemas_[at.schema];
  Tally tally;
  if (schema.ref != kNoSchema && tally.add(run(value, in_place(at, schema.ref), evaluated))) {
    return tally.outcome;
  }
  if (schema.dynamic) {
    tally.add(run(value, in_place(at, dynamic_target(*schema.dynamic)), evaluated));
  }
  return tally.outcome;
}

/// The outermost resource of the dynamic scope that has the anchor decides.
template <Mode kMode>
SchemaId Evaluator<kMode>::dynamic_target(const DynamicReference& dynamic) const noexcept {
  SchemaId target = dynamic.target;
  for (const DynamicScope* scope = scope_; scope != nullptr; scope = scope->outer) {
    const SchemaId found = dynamic.in(scope->resource);
    if (found != kNoSchema) target = found;
  }
  return target;
}

template <Mode kMode>
Outcome Evaluator<kMode>::check_kind(json::Value value, AtRef at, Evaluated* evaluated) {
  const Schema& schema = schemas_[at.schema];
  switch (value.kind()) {
    case json::Kind::Number:
      return schema.number || schema.format != Format::None ? check_number(value, at)
                                                            : Outcome::Valid;
    case json::Kind::String:
      return schema.string || schema.format != Format::None ? check_string(value, at)
                                                            : Outcome::Valid;
    case json::Kind::Array:
      return schema.array ? check_array(value, at, evaluated) : Outcome::Valid;
    case json::Kind::Object:
      return schema.object ? check_object(value, at, evaluated) : Outcome::Valid;
    case json::Kind::Null:
    case json::Kind::Bool:
      return Outcome::Valid;
  }
  return Outcome::Valid;
}

template <Mode kMode>
Outcome Evaluator<kMode>::check_values(json::Value value, AtRef at) {
  Tally tally;
  for (const EnumRule& rule : schemas_[at.schema].enums) {
    if (!rule.contains(value) && tally.add(reject(rule.keyword(), value, at))) break;
  }
  return tally.outcome;
}

template <Mode kMode>
Outcome Evaluator<kMode>::check_number(json::Value value, AtRef at) {
  const Schema& schema = schemas_[at.schema];
  if (holds_by_neighbours(value, schema)) return Outcome::Valid;
  const auto number = json::Decimal::parse(value.number_text());
  if (!number) return unknown("number");
  Tally tally;
  const auto require = [&](bool holds, std::string_view keyword) {
    return !holds && tally.add(reject(keyword, value, at));
  };
  if (schema.number) {
    for (const NumberBound& bound : schema.number->bounds) {
      const auto holds = bound.admits(*number);
      if (!holds) tally.add(unknown("keyword:multipleOf"));
      if (holds && require(*holds, bound.keyword())) return tally.outcome;
    }
  }
  require(number_has_format(schema.format, *number), "format");
  return tally.outcome;
}

template <Mode kMode>
Outcome Evaluator<kMode>::check_string(json::Value value, AtRef at) {
  const Schema& schema = schemas_[at.schema];
  const std::string_view text = value.string();
  Tally tally;
  const auto require = [&](bool holds, std::string_view keyword) {
    return !holds && tally.add(reject(keyword, value, at));
  };
  if (schema.string) {
    const StringRules& rules = *schema.string;
    // A code point has one to four bytes, which settles most limits without counting.
    if (text.size() + 3 < 4 * uint64_t{rules.length_min} || text.size() > rules.length_max) {
      const size_t length = count_code_points(text);
      if (require(length >= rules.length_min, "minLength")) return tally.outcome;
      if (require(length <= rules.length_max, "maxLength")) return tally.outcome;
    }
    if (rules.pattern != nullptr) {
      const Outcome outcome = check_pattern(*rules.pattern, value);
      if (tally.add(outcome == Outcome::Invalid ? reject("pattern", value, at) : outcome)) {
        return tally.outcome;
      }
    }
    if ((rules.is_base64 || rules.is_json) && tally.add(check_content(rules, value, at))) {
      return tally.outcome;
    }
  }
  if (schema.format != Format::None) require(text_has_format(schema.format, text), "format");
  return tally.outcome;
}

/// Invalid is not reported here: the text may as well be the name of a member, where it only says
/// that the schema does not apply.
template <Mode kMode>
Outcome Evaluator<kMode>::check_pattern(const Pattern& pattern, json::Value text) {
  const std::string_view bytes = text.string();
  if (!pay(pattern.steps_for(bytes.size()))) return unknown(kBudget);
  if (text.document().has_lone_surrogates()) [[unlikely]] {
    // To RE2 half of a pair is no character; to ECMA-262 it is one.
    return pattern.matches(json::replace_lone_surrogates(bytes)) ? Outcome::Valid
                                                                 : Outcome::Invalid;
  }
  return pattern.matches(bytes) ? Outcome::Valid : Outcome::Invalid;
}

template <Mode kMode>
Outcome Evaluator<kMode>::check_content(const StringRules& rules, json::Value value, AtRef at) {
  const std::string_view text = value.string();
  if (rules.is_base64 && !text_has_format(Format::Byte, text)) {
    return reject("contentEncoding", value, at);
  }
  if (!rules.is_json) return Outcome::Valid;
  thread_local json::Parser parser;  // keeps its memory from text to text, up to a bound
  const bool holds = rules.is_base64 ? parser.parse(base64_decode(text).value_or("")).has_value()
                                     : parser.parse(text).has_value();
  return holds ? Outcome::Valid : reject("contentMediaType", value, at);
}

template <Mode kMode>
Outcome Evaluator<kMode>::unknown(std::string_view reason) {
  if constexpr (kCollect) ++report_->unverifiable[std::string(reason)];
  return Outcome::Unknown;
}

template <Mode kMode>
Outcome Evaluator<kMode>::reject_false(json::Value value, AtRef at) {
  if constexpr (kCollect) {
    return reject(at.keyword, value, at);
  } else {
    return Outcome::Invalid;
  }
}

template <Mode kMode>
Outcome Evaluator<kMode>::reject(std::string_view keyword, json::Value value, AtRef at) {
  if constexpr (kCollect) {
    if (!has_room()) return Outcome::Invalid;
    const Schema& schema = schemas_[at.schema];
    // A schema that is `false` stands behind the keyword that led to it.
    const std::string last = schema.is_false || keyword.empty() ? "" : "/" + std::string(keyword);
    SchemaError error;
    error.keyword = keyword.empty() ? "false" : keyword;
    error.instance = value;
    error.pointer = json::pointer_of(value);
    error.pointer_template = at.pointer_template();
    error.schema_path = at.schema_path() + last;
    error.resolved = json::pointer_of(schema.source) + last;
    error.place = place_of(schema, keyword);
    error.file = program_.file_of(schema.source);
    error.expected = describe_expected(schema, error.keyword);
    error.actual = describe_actual(value);
    add_error(std::move(error));
  }
  return Outcome::Invalid;
}

template <Mode kMode>
Outcome Evaluator<kMode>::reject_missing(size_t position, json::Value value, AtRef at) {
  if constexpr (kCollect) {
    const Schema& schema = schemas_[at.schema];
    const auto written = schema.source.find("required");
    describe_missing(schema.object->required[position], value, at,
                     "/required/" + std::to_string(position),
                     written ? written->at(static_cast<uint32_t>(position)) : std::nullopt);
  }
  return Outcome::Invalid;
}

/// `written` is the name in the schema's list, `last` the way to it from the schema.
template <Mode kMode>
void Evaluator<kMode>::describe_missing(std::string_view name, json::Value value, AtRef at,
                                        const std::string& last,
                                        std::optional<json::Value> written) {
  if constexpr (kCollect) {
    if (!has_room()) return;
    const Schema& schema = schemas_[at.schema];
    SchemaError error;
    error.keyword = last.starts_with("/required")       ? "required"
                    : last.starts_with("/dependencies") ? "dependencies"
                                                        : "dependentRequired";
    error.instance = value;
    error.pointer = json::pointer_of(value);
    error.pointer_template = at.pointer_template();
    json::append_token(error.pointer, name);
    json::append_token(error.pointer_template, name);
    error.schema_path = at.schema_path() + last;
    error.resolved = json::pointer_of(schema.source) + last;
    error.place = written ? written->span() : schema.source.span();
    error.file = program_.file_of(schema.source);
    error.expected = written ? "{\"required\":" + json_quote(name) + "}" : "{}";
    error.actual = kAbsent;
    add_error(std::move(error));
  }
}

/// Whether the next error is to be spelled out. Spelling costs as much as many visits, and counts
/// so.
template <Mode kMode>
bool Evaluator<kMode>::has_room() {
  constexpr uint32_t kErrorSteps = 50;
  if (report_->errors.size() >= limits::kViolationsPerMessage) {
    ++report_->left_out;
    return false;
  }
  if constexpr (kMode == Mode::Exhaustive) steps_ -= std::min(steps_, kErrorSteps);
  return true;
}

template <Mode kMode>
void Evaluator<kMode>::add_error(SchemaError error) {
  if (report_->errors.size() < limits::kViolationsPerMessage) {
    report_->errors.push_back(std::move(error));
  } else {
    ++report_->left_out;
  }
}

Judgement judge(const Program& program, SchemaId id, json::Value value, Direction direction) {
  Evaluator<Mode::Fast> evaluator(program, direction, kEvaluationSteps, nullptr);
  const Outcome outcome = evaluator.judge(value, id);
  return {outcome, outcome == Outcome::Valid && evaluator.has_named_all_of(value)};
}

Judgement judge(const Program& program, SchemaId id, json::Value value, Direction direction,
                Readings& readings) {
  Evaluator<Mode::Fast> evaluator(program, direction, kEvaluationSteps, nullptr, &readings);
  const Outcome outcome = evaluator.judge(value, id);
  return {outcome, outcome == Outcome::Valid && evaluator.has_named_all_of(value)};
}

Outcome collect(const Program& program, SchemaId id, json::Value value, Direction direction,
                Report& report) {
  const Outcome outcome =
      Evaluator<Mode::Exhaustive>(program, direction, kEvaluationSteps, &report).judge(value, id);
  if (outcome != Outcome::Unknown || !report.unverifiable.contains(std::string(kBudget))) {
    return outcome;
  }
  // To find everything takes more steps than to find one thing. What the fast mode found stands.
  if (verdict(program, id, value, direction) != Outcome::Invalid) return outcome;
  Report brief;
  Evaluator<Mode::Brief> finder(program, direction, kBriefSteps, &brief);
  if (finder.judge(value, id) != Outcome::Invalid) {
    brief = {};
    finder.reject_whole(value, id);
  }
  brief.unverifiable = std::move(report.unverifiable);
  report = std::move(brief);
  return Outcome::Invalid;
}

template class Evaluator<Mode::Fast>;
template class Evaluator<Mode::Exhaustive>;
template class Evaluator<Mode::Brief>;

}  // namespace faultline::contracts::json_schema

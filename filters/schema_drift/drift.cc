// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "filters/schema_drift/drift.h"

#include "proxy/base/random.h"
#include "proxy/base/text.h"
#include "proxy/json/pointer.h"
#include "proxy/json/splice.h"

#include <optional>
#include <utility>

namespace faultline::filters {
namespace {

using Mutate = rules::SchemaDriftSpec::Mutate;
using contracts::Contract;

constexpr std::string_view kExtraMember = "faultline_extra";
constexpr std::string_view kUnlistedText = "\"faultline-unlisted\"";
constexpr std::string_view kUnlistedNumber = "-987654321";

struct Parent {
  json::Value container;
  uint32_t position = 0;
  std::optional<json::Member> member;  // when the container is an object
};

// The container that holds the value at `pointer`, and where in it.
std::optional<Parent> parent_of(json::Value root, std::string_view pointer) {
  const size_t slash = pointer.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto container = json::resolve(root, pointer.substr(0, slash));
  const auto target = json::resolve(root, pointer);
  if (!container || !target) return std::nullopt;
  Parent parent{*container, 0, std::nullopt};
  if (container->is_object()) {
    for (const auto& member : container->members()) {
      if (member.value.index() == target->index()) {
        parent.member = member;
        return parent;
      }
      ++parent.position;
    }
    return std::nullopt;
  }
  for (const auto& element : container->elements()) {
    if (element.index() == target->index()) return parent;
    ++parent.position;
  }
  return std::nullopt;
}

// Another JSON type than the value has.
std::string retyped(json::Value value) {
  switch (value.kind()) {
    case json::Kind::Number:
      return json_quote(value.number_text());
    case json::Kind::Bool:
      return value.boolean() ? "\"true\"" : "\"false\"";
    case json::Kind::String:
      return "0";
    case json::Kind::Null:
      return "0";
    case json::Kind::Array:
      return "\"array\"";
    case json::Kind::Object:
      return "\"object\"";
  }
  return "null";
}

std::string renamed(json::Value container, std::string_view name) {
  std::string fresh = std::string(name) + "_renamed";
  while (container.find(fresh)) fresh += '_';
  return fresh;
}

std::string extra_name(json::Value object) {
  std::string name(kExtraMember);
  while (object.find(name)) name += '_';
  return name;
}

// The object an extra member goes into: the value itself, or the one that holds it.
std::optional<std::pair<json::Value, std::string>> extra_target(json::Value root,
                                                                const std::string& pointer) {
  const auto target = json::resolve(root, pointer);
  if (target && target->is_object()) return std::pair{*target, pointer};
  const size_t slash = pointer.rfind('/');
  if (slash == std::string::npos) return std::nullopt;
  std::string above = pointer.substr(0, slash);
  const auto container = json::resolve(root, above);
  if (!container || !container->is_object()) return std::nullopt;
  return std::pair{*container, std::move(above)};
}

std::optional<std::string> choose_pointer(const rules::SchemaDriftSpec& spec,
                                          const std::vector<Contract::DeclaredProperty>& declared,
                                          uint64_t position_draw) {
  if (!spec.any) return spec.pointer;
  std::vector<const Contract::DeclaredProperty*> choices;
  for (const auto& property : declared) {
    if (spec.mutate != Mutate::Enum || !property.enum_json.empty()) choices.push_back(&property);
  }
  if (choices.empty()) return std::nullopt;
  return choices[random::scale(position_draw, choices.size())]->pointer;
}

std::string_view mutation_name(Mutate mutate) {
  switch (mutate) {
    case Mutate::Remove:
      return "remove";
    case Mutate::Rename:
      return "rename";
    case Mutate::Retype:
      return "retype";
    case Mutate::Null:
      return "null";
    case Mutate::Extra:
      return "extra";
    case Mutate::Enum:
      return "enum";
  }
  return "unknown";
}

// The edit at `pointer`, which is changed where the mutation names another place.
std::optional<json::Edit> mutate_at(json::Value root, Mutate mutate, std::string& pointer) {
  if (mutate == Mutate::Extra) {
    const auto place = extra_target(root, pointer);
    if (!place) return std::nullopt;
    const std::string name = extra_name(place->first);
    pointer = place->second;
    json::append_token(pointer, name);
    return json::insert_member(place->first, name, "true");
  }
  const auto target = json::resolve(root, pointer);
  if (!target) return std::nullopt;
  if (mutate == Mutate::Retype) return json::replace_value(*target, retyped(*target));
  if (mutate == Mutate::Null) {
    if (target->is_null()) return std::nullopt;
    return json::replace_value(*target, "null");
  }
  if (mutate == Mutate::Enum) {
    const bool is_number = target->is_number();
    return json::replace_value(*target, std::string(is_number ? kUnlistedNumber : kUnlistedText));
  }
  const auto parent = parent_of(root, pointer);
  if (!parent) return std::nullopt;
  if (mutate == Mutate::Remove) return json::remove_child(parent->container, parent->position);
  if (!parent->member) return std::nullopt;
  return json::rename_key(*parent->member, renamed(parent->container, parent->member->name()));
}

}  // namespace

tl::expected<Drift, rules::BypassReason> drift(
    std::string_view body, const json::Document& document, const rules::SchemaDriftSpec& spec,
    const std::vector<Contract::DeclaredProperty>& declared, uint64_t position_draw) {
  auto pointer = choose_pointer(spec, declared, position_draw);
  if (!pointer) return tl::unexpected(rules::BypassReason::NoTarget);
  const auto edit = mutate_at(document.root(), spec.mutate, *pointer);
  if (!edit) return tl::unexpected(rules::BypassReason::NoTarget);
  auto edited = json::splice(body, {*edit});
  if (!edited) return tl::unexpected(rules::BypassReason::NoTarget);
  Drift drifted{std::move(*edited), *pointer, std::string(mutation_name(spec.mutate))};
  // The elements behind it move up: attribution has to know.
  if (spec.mutate == Mutate::Remove && !parent_of(document.root(), *pointer)->member) {
    drifted.mutation = "remove element";
  }
  return drifted;
}

}  // namespace faultline::filters

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/avro/reader.h"

#include "contracts/avro/names.h"
#include "contracts/avro/place.h"
#include "proxy/base/text.h"

#include <array>
#include <utility>

namespace faultline::contracts::avro {
namespace {

// Each mistaken name is compared with so many.
constexpr size_t kNamesCompared = 1'000;

constexpr std::array<std::string_view, 4> kNamedWords{"record", "error", "enum", "fixed"};

bool is_named_word(std::string_view word) {
  for (const std::string_view known : kNamedWords) {
    if (known == word) return true;
  }
  return false;
}

// Words that open a definition, where a name was expected.
bool opens_definition(std::string_view word) {
  return is_named_word(word) || word == "array" || word == "map" || word == "union";
}

}  // namespace

SchemaReader::SchemaReader(Problems& problems) : problems_(problems), types_(kPrimitives) {
  for (size_t i = 0; i < kPrimitives; ++i) types_[i].kind = static_cast<Kind>(i);
}

std::optional<TypeUse> SchemaReader::read(json::Value root) {
  const auto use = read_use(root, {});
  if (use) check_aliases();
  return use;
}

Diagnostic* SchemaReader::wrong(json::Value at, std::string_view code, std::string message,
                                std::string help) {
  if (is_stopped()) return nullptr;
  ++errors_;
  Diagnostic& problem = problems_.error(code, std::move(message), place_of(at));
  problem.help = std::move(help);
  note_pointer(problem, at);
  return &problem;
}

void SchemaReader::doubtful(json::Value at, std::string_view code, std::string message) {
  if (warnings_ == kComplaintsMax) return;
  ++warnings_;
  note_pointer(problems_.warning(code, std::move(message), place_of(at)), at);
}

std::optional<json::Value> SchemaReader::require(json::Value source, std::string_view owner,
                                                 std::string_view name, json::Kind kind) {
  const auto value = source.find(name);
  if (!value) {
    wrong(source, codes::kMissing, std::string(owner) + " needs '" + std::string(name) + "'");
  } else if (value->kind() != kind) {
    wrong(*value, codes::kWrongKind,
          "'" + std::string(name) + "' must be " + std::string(json::kind_name(kind)) + ", not " +
              std::string(json::kind_name(value->kind())));
  } else {
    return value;
  }
  return std::nullopt;
}

std::optional<TypeId> SchemaReader::add(Type type) {
  if (types_.size() == kTypesMax) {
    wrong(*type.source, codes::kUnreadable,
          "the schema has more than " + std::to_string(kTypesMax) + " types");
    errors_ = kComplaintsMax;
    return std::nullopt;
  }
  types_.push_back(std::move(type));
  return static_cast<TypeId>(types_.size() - 1);
}

void SchemaReader::read_logical(json::Value source, Type& type) {
  std::string problem;
  type.logical = read_logical_type(source, type.kind, type.size_bytes, problem);
  if (problem.empty()) return;
  doubtful(source.find("logicalType").value_or(source), codes::kNoEffect, std::move(problem));
}

std::optional<TypeUse> SchemaReader::read_use(json::Value source, std::string_view space) {
  if (is_stopped()) return std::nullopt;
  switch (source.kind()) {
    case json::Kind::String:
      return read_name_use(source, source.string(), space);
    case json::Kind::Array:
      return read_union(source, space);
    case json::Kind::Object:
      return read_object(source, space);
    case json::Kind::Null:
    case json::Kind::Bool:
    case json::Kind::Number:
      break;
  }
  wrong(source, codes::kWrongKind,
        "a schema must be a name, an object or a list, not " +
            std::string(json::kind_name(source.kind())),
        source.is_null() ? "the type is called \"null\", in quotes" : "");
  return std::nullopt;
}

// A name without dots is looked for in the namespace around it, then in the null namespace: by the
// letter of the specification nothing there could be named from within another namespace, and other
// readers find it.
std::optional<TypeUse> SchemaReader::read_name_use(json::Value source, std::string_view name,
                                                   std::string_view space) {
  if (const auto primitive = primitive_of(name)) {
    return TypeUse{static_cast<TypeId>(*primitive), source};
  }
  if (!is_name_length(source, name)) return std::nullopt;
  auto found = names_.find(full_name(name, space));
  if (found == names_.end()) found = names_.find(name);
  if (found != names_.end()) return TypeUse{found->second, source};

  std::string help;
  if (opens_definition(name)) {
    help = "a type that is defined here is an object of its own: \"type\": {\"type\": \"" +
           std::string(name) + "\", ...}";
  } else {
    std::vector<std::string_view> known;
    for (size_t i = 0; i < kPrimitives; ++i) known.push_back(kind_name(static_cast<Kind>(i)));
    for (const auto& [full, id] : names_) {
      if (known.size() == kNamesCompared) break;
      known.push_back(namespace_of(full) == space ? simple_name_of(full) : std::string_view(full));
    }
    if (const auto close = did_you_mean(name, known)) {
      help = "did you mean '" + std::string(*close) + "'?";
    }
  }
  wrong(source, codes::kUnknownType, "no type '" + std::string(name) + "' is defined before this",
        std::move(help));
  return std::nullopt;
}

std::optional<TypeUse> SchemaReader::read_object(json::Value source, std::string_view space) {
  const auto type = source.find("type");
  if (!type) {
    const bool is_protocol = source.find("protocol").has_value();
    const bool is_openapi = source.find("openapi") || source.find("swagger");
    wrong(source, codes::kMissing, "a schema that is an object needs 'type'",
          is_protocol  ? "this is a protocol; its types are schemas"
          : is_openapi ? "this is an OpenAPI document, no Avro schema"
                       : "");
    return std::nullopt;
  }
  if (!type->is_string()) {
    wrong(*type, codes::kWrongKind,
          "the 'type' of a schema must be the name of a type, not " +
              std::string(json::kind_name(type->kind())),
          "write the inner schema in the place of the outer one");
    return std::nullopt;
  }
  const std::string_view word = type->string();
  if (const auto primitive = primitive_of(word)) return read_primitive(source, *primitive);
  if (word == "array") return read_container(source, Kind::Array, space);
  if (word == "map") return read_container(source, Kind::Map, space);
  if (is_named_word(word)) return read_named(source, word, space);
  // A defined type with attributes of this use of it.
  auto use = read_name_use(*type, word, space);
  if (use) use->source = source;
  return use;
}

std::optional<TypeUse> SchemaReader::read_primitive(json::Value source, Kind kind) {
  Type type;
  type.kind = kind;
  type.source = source;
  read_logical(source, type);
  const auto id = add(std::move(type));
  if (!id) return std::nullopt;
  return TypeUse{*id, source};
}

std::optional<TypeUse> SchemaReader::read_container(json::Value source, Kind kind,
                                                    std::string_view space) {
  const std::string_view name = kind == Kind::Array ? "items" : "values";
  const auto part = source.find(name);
  if (!part) {
    wrong(source, codes::kMissing,
          (kind == Kind::Array ? "an array needs '" : "a map needs '") + std::string(name) + "'");
    return std::nullopt;
  }
  Type type;
  type.kind = kind;
  type.source = source;
  const auto id = add(std::move(type));
  const auto use = id ? read_use(*part, space) : std::nullopt;
  if (!use) return std::nullopt;
  types_[*id].parts.push_back(*use);
  return TypeUse{*id, source};
}

std::optional<TypeUse> SchemaReader::read_union(json::Value source, std::string_view space) {
  Type type;
  type.kind = Kind::Union;
  type.source = source;
  const auto id = add(std::move(type));
  if (!id) return std::nullopt;
  std::vector<TypeUse> branches;
  std::set<std::string> seen;
  bool is_whole = true;
  for (const json::Value part : source.elements()) {
    const auto branch = read_use(part, space);
    if (branch && may_join(types_[branch->type], *branch, seen)) {
      branches.push_back(*branch);
    } else {
      is_whole = false;
    }
  }
  if (!is_whole) return std::nullopt;
  types_[*id].parts = std::move(branches);
  return TypeUse{*id, source};
}

// A value must say by its type alone which branch it is of.
bool SchemaReader::may_join(const Type& type, const TypeUse& branch, std::set<std::string>& seen) {
  if (type.kind == Kind::Union) {
    wrong(branch.source, codes::kKeywordValue, "a union may not hold a union",
          "write its types in the outer union");
    return false;
  }
  const std::string name = is_named(type.kind) ? type.name : std::string(kind_name(type.kind));
  if (seen.insert(std::string(kind_name(type.kind)) + " " + name).second) return true;
  wrong(branch.source, codes::kKeywordValue, "a union may hold '" + name + "' only once");
  return false;
}

}  // namespace faultline::contracts::avro

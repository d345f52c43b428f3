// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// Records, enums and fixed: types with names.
#include "contracts/avro/names.h"
#include "contracts/avro/reader.h"

#include <limits>
#include <utility>

namespace faultline::contracts::avro {
namespace {

constexpr std::string_view kNameRule =
    "names are made of letters, digits and '_', and do not begin with a digit";

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

Kind kind_of(std::string_view word) {
  if (word == "enum") return Kind::Enum;
  return word == "fixed" ? Kind::Fixed : Kind::Record;
}

}  // namespace

std::optional<TypeUse> SchemaReader::read_named(json::Value source, std::string_view word,
                                                std::string_view space) {
  const auto name = read_definition_name(source, word, space);
  if (!name) return std::nullopt;
  // Known before its parts are read: a record may hold itself.
  Type type;
  type.kind = kind_of(word);
  type.is_error = word == "error";
  type.name = *name;
  type.aliases = read_aliases(source, namespace_of(*name));
  type.source = source;
  const auto id = add(std::move(type));
  if (!id) return std::nullopt;
  names_.emplace(*name, *id);
  switch (types_[*id].kind) {
    case Kind::Record:
      read_record(source, *id);
      break;
    case Kind::Enum:
      read_enum(source, *id);
      break;
    default:
      read_fixed(source, *id);
  }
  return TypeUse{*id, source};
}

std::optional<std::string> SchemaReader::read_definition_name(json::Value source,
                                                              std::string_view word,
                                                              std::string_view space) {
  const std::string owner = (word == "enum" || word == "error" ? "an " : "a ") + std::string(word);
  const auto name = require(source, owner, "name", json::Kind::String);
  if (!name) return std::nullopt;
  const std::string_view text = name->string();
  if (!is_name_length(*name, text)) return std::nullopt;
  const auto own = source.find("namespace");
  if (own && text.find('.') == std::string_view::npos) {
    if (!own->is_string() || !(own->string().empty() || is_dotted_name(own->string()))) {
      wrong(*own, codes::kKeywordValue, "a namespace must be names joined by dots",
            std::string(kNameRule));
      return std::nullopt;
    }
    space = own->string();
    if (!is_name_length(*own, space)) return std::nullopt;
  }
  if (!is_dotted_name(text)) {
    wrong(*name, codes::kKeywordValue, quoted(text) + " is no name", std::string(kNameRule));
    return std::nullopt;
  }
  if (primitive_of(simple_name_of(text))) {
    wrong(*name, codes::kKeywordValue, quoted(text) + " is the name of a primitive type");
    return std::nullopt;
  }
  std::string full = full_name(text, space);
  if (!is_name_length(*name, full)) return std::nullopt;
  const auto first = names_.find(full);
  if (first == names_.end()) return full;
  Diagnostic* const problem =
      wrong(*name, codes::kDuplicateKey, quoted(full) + " is defined twice");
  const auto earlier = types_[first->second].source->find("name");
  if (problem != nullptr && earlier) {
    problem->secondary.push_back({earlier->span(), "first defined here"});
  }
  return std::nullopt;
}

void SchemaReader::read_record(json::Value source, TypeId id) {
  const auto list = require(source, "a record", "fields", json::Kind::Array);
  if (!list) return;
  const std::string space(namespace_of(types_[id].name));
  std::vector<Field> fields;
  std::set<std::string, std::less<>> taken;
  for (const json::Value member : list->elements()) {
    auto field = read_field(member, space);
    if (!field) continue;
    if (!taken.insert(field->name).second) {
      wrong(member.find("name").value_or(member), codes::kDuplicateKey,
            "the record has two fields " + quoted(field->name));
      continue;
    }
    fields.push_back(std::move(*field));
  }
  for (const Field& field : fields) {
    for (const std::string& alias : field.aliases) {
      if (alias == field.name || taken.insert(alias).second) continue;
      doubtful(field.source, codes::kDuplicateKey,
               "the alias " + quoted(alias) + " is the name of another field");
    }
  }
  types_[id].fields = std::move(fields);
}

std::optional<Field> SchemaReader::read_field(json::Value source, std::string_view space) {
  if (!source.is_object()) {
    wrong(source, codes::kWrongKind,
          "a field must be object, not " + std::string(json::kind_name(source.kind())));
    return std::nullopt;
  }
  const auto name = require(source, "a field", "name", json::Kind::String);
  const auto type = source.find("type");
  if (!type) {
    wrong(source, codes::kMissing, "a field needs 'type'");
    return std::nullopt;
  }
  if (name && !is_name_length(*name, name->string())) return std::nullopt;
  if (name && !is_simple_name(name->string())) {
    wrong(*name, codes::kKeywordValue, quoted(name->string()) + " is no name",
          std::string(kNameRule));
  }
  const auto use = read_use(*type, space);
  if (!name || !use) return std::nullopt;
  Field field;
  field.name = name->string();
  field.aliases = read_aliases(source, std::nullopt);
  field.type = *use;
  field.default_value = source.find("default");
  field.source = source;
  return field;
}

void SchemaReader::read_enum(json::Value source, TypeId id) {
  const auto list = require(source, "an enum", "symbols", json::Kind::Array);
  if (!list) return;
  std::vector<std::string> symbols;
  std::map<std::string, uint32_t, std::less<>> numbers;
  for (const json::Value symbol : list->elements()) {
    if (!symbol.is_string() || !is_simple_name(symbol.string())) {
      wrong(symbol, codes::kKeywordValue, "a symbol must be a name", std::string(kNameRule));
    } else if (!numbers.emplace(symbol.string(), static_cast<uint32_t>(symbols.size())).second) {
      wrong(symbol, codes::kDuplicateKey,
            "the enum has the symbol " + quoted(symbol.string()) + " twice");
    } else {
      symbols.emplace_back(symbol.string());
    }
  }
  if (list->size() == 0) wrong(*list, codes::kKeywordValue, "an enum needs a symbol");
  Type& type = types_[id];
  type.symbols = std::move(symbols);
  const auto value = source.find("default");
  if (!value) return;
  const auto number = value->is_string() ? numbers.find(value->string()) : numbers.end();
  if (number != numbers.end()) {
    type.default_symbol = number->second;
  } else {
    doubtful(*value, codes::kKeywordValue, "the default is none of the symbols");
  }
}

void SchemaReader::read_fixed(json::Value source, TypeId id) {
  const auto size = require(source, "a fixed", "size", json::Kind::Number);
  if (!size) return;
  const auto bytes = size->as_int64();
  if (!bytes || *bytes < 0 || *bytes > std::numeric_limits<int32_t>::max()) {
    wrong(*size, codes::kKeywordValue, "a size is a whole number of bytes, 0 to 2147483647");
    return;
  }
  Type& type = types_[id];
  type.size_bytes = static_cast<uint32_t>(*bytes);
  read_logical(source, type);
}

bool SchemaReader::is_name_length(json::Value at, std::string_view name) {
  if (name.size() <= kNameBytesMax) return true;
  wrong(at, codes::kKeywordValue,
        "a name has at most " + std::to_string(kNameBytesMax) + " bytes, with its namespace");
  return false;
}

// Any text may be an alias, by the specification: aliases mend names that once were allowed. Those
// of a type are relative to `space`, those of a field have none.
std::vector<std::string> SchemaReader::read_aliases(json::Value source,
                                                    std::optional<std::string_view> space) {
  std::vector<std::string> aliases;
  const auto list = source.find("aliases");
  if (!list) return aliases;
  if (!list->is_array()) {
    wrong(*list, codes::kWrongKind,
          "'aliases' must be array, not " + std::string(json::kind_name(list->kind())));
    return aliases;
  }
  for (const json::Value alias : list->elements()) {
    if (!alias.is_string()) {
      wrong(alias, codes::kWrongKind,
            "an alias must be string, not " + std::string(json::kind_name(alias.kind())));
      continue;
    }
    if (!is_name_length(alias, alias.string())) continue;
    if (++aliases_ > kAliasesMax) {
      wrong(alias, codes::kUnreadable,
            "the schema has more than " + std::to_string(kAliasesMax) + " aliases");
      break;
    }
    aliases.push_back(space ? full_name(alias.string(), *space) : std::string(alias.string()));
  }
  return aliases;
}

// Only once all types are known: a type may be defined after the alias.
void SchemaReader::check_aliases() {
  std::map<std::string_view, std::string_view> owners;
  for (const auto& [name, id] : names_) owners.emplace(name, name);
  for (const auto& [name, id] : names_) {
    for (const std::string& alias : types_[id].aliases) {
      const auto [owner, is_new] = owners.emplace(alias, name);
      if (is_new || owner->second == name) continue;
      doubtful(*types_[id].source, codes::kDuplicateKey,
               "the alias " + quoted(alias) + " is a name of " + quoted(owner->second));
    }
  }
}

}  // namespace faultline::contracts::avro

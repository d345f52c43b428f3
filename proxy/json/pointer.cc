// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/pointer.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace faultline::json {
namespace {

bool decode_token(std::string_view token, std::string& name) {
  name.clear();
  for (size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') {
      name += token[i];
      continue;
    }
    if (i + 1 == token.size() || (token[i + 1] != '0' && token[i + 1] != '1')) return false;
    name += token[i + 1] == '0' ? '~' : '/';
    ++i;
  }
  return true;
}

std::optional<Value> step(Value value, std::string_view token) {
  if (value.is_object()) {
    if (token.find('~') == std::string_view::npos) return value.find(token);
    std::string name;
    return decode_token(token, name) ? value.find(name) : std::nullopt;
  }
  if (!value.is_array() || (token.size() > 1 && token.front() == '0')) return std::nullopt;
  const auto position = parse_u64(token);
  if (!position || *position >= value.size()) return std::nullopt;
  return value.at(static_cast<uint32_t>(*position));
}

/// The member that holds the node `index`, or the element and its position.
Value child_around(Value container, uint32_t index, std::string& pointer, bool with_positions) {
  Value found = container;
  if (container.is_object()) {
    for (const Member& member : container.members()) {
      if (member.key.index() > index) break;
      found = member.value;
      if (member.key.index() == index || member.value.index() == index) break;
    }
    append_token(pointer, Value(container.document(), found.index() - 1).string());
    return found;
  }
  uint32_t position = 0;
  uint32_t last = 0;
  for (const Value element : container.elements()) {
    if (element.index() > index) break;
    found = element;
    last = position++;
  }
  pointer += with_positions ? "/" + std::to_string(last) : "/*";
  return found;
}

std::string walk_to(Value value, bool with_positions) {
  std::string pointer;
  Value at = value.document().root();
  // A key stands directly before its value, so it ends at the value behind it.
  while (at.index() < value.index()) {
    at = child_around(at, value.index(), pointer, with_positions);
  }
  return pointer;
}

}  // namespace

std::string escape_token(std::string_view name) {
  std::string token;
  token.reserve(name.size());
  for (const char c : name) {
    if (c == '~') {
      token += "~0";
    } else if (c == '/') {
      token += "~1";
    } else {
      token += c;
    }
  }
  return token;
}

void append_token(std::string& pointer, std::string_view name) {
  pointer += '/';
  const bool is_plain =
      std::none_of(name.begin(), name.end(), [](char c) { return c == '~' || c == '/'; });
  if (is_plain) {
    pointer += name;
  } else {
    pointer += escape_token(name);
  }
}

Result<std::vector<std::string>> parse_pointer(std::string_view pointer) {
  std::vector<std::string> tokens;
  if (pointer.empty()) return tokens;
  if (pointer.front() != '/') {
    return fail(ErrorCode::ParseFailed, "a JSON pointer begins with '/'", ErrorSource::Input);
  }
  for (const auto token : split(pointer.substr(1), '/')) {
    std::string name;
    if (!decode_token(token, name)) {
      return fail(ErrorCode::ParseFailed, "in a JSON pointer '~' must be written '~0'",
                  ErrorSource::Input);
    }
    tokens.push_back(std::move(name));
  }
  return tokens;
}

std::optional<Value> resolve(Value root, std::string_view pointer) {
  if (pointer.empty()) return root;
  if (pointer.front() != '/') return std::nullopt;
  Value at = root;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::string_view token = pointer.substr(0, pointer.find('/'));
    const auto next = step(at, token);
    if (!next) return std::nullopt;
    at = *next;
    pointer.remove_prefix(token.size());
  }
  return at;
}

std::string pointer_of(Value value) { return walk_to(value, true); }
std::string pointer_template_of(Value value) { return walk_to(value, false); }

}  // namespace faultline::json

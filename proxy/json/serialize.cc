// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/serialize.h"

#include "proxy/json/surrogates.h"

namespace faultline::json {
namespace {

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  escape_exactly(out, text);
  out += '"';
}

void append_container(std::string& out, Value value) {
  const bool is_object = value.is_object();
  out += is_object ? '{' : '[';
  const size_t empty = out.size();
  const auto separate = [&] {
    if (out.size() != empty) out += ',';
  };
  for (const Value element : value.elements()) {
    separate();
    append_text(out, element);
  }
  for (const Member& member : value.members()) {
    separate();
    append_quoted(out, member.name());
    out += ':';
    append_text(out, member.value);
  }
  out += is_object ? '}' : ']';
}

}  // namespace

void append_text(std::string& out, Value value) {
  switch (value.kind()) {
    case Kind::Null:
      out += "null";
      return;
    case Kind::Bool:
      out += value.boolean() ? "true" : "false";
      return;
    case Kind::Number:
      out += value.number_text();
      return;
    case Kind::String:
      append_quoted(out, value.string());
      return;
    case Kind::Array:
    case Kind::Object:
      append_container(out, value);
      return;
  }
}

std::string to_text(Value value) {
  std::string out;
  append_text(out, value);
  return out;
}

}  // namespace faultline::json

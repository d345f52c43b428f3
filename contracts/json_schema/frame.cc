// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/frame.h"

#include "proxy/json/pointer.h"

#include <algorithm>
#include <vector>

namespace faultline::contracts::json_schema {
namespace {

constexpr int kSearchDepth = 16;  // references and allOf within each other

std::vector<const Frame*> from_the_top(const Frame* frame) {
  std::vector<const Frame*> frames;
  for (; frame != nullptr; frame = frame->parent) frames.push_back(frame);
  std::reverse(frames.begin(), frames.end());
  return frames;
}

/// Whether the schema itself, or what it refers to or consists of, bears the mark.
bool is_marked(const Program& program, SchemaId id, bool is_request, int depth) noexcept {
  if (id == kNoSchema || depth > kSearchDepth) return false;
  const Schema& schema = program[id];
  if (is_request ? schema.is_read_only : schema.is_write_only) return true;
  if (is_marked(program, schema.ref, is_request, depth + 1)) return true;
  if (!schema.combination) return false;
  const auto& parts = schema.combination->all_of;
  return std::any_of(parts.begin(), parts.end(), [&](SchemaId part) {
    return is_marked(program, part, is_request, depth + 1);
  });
}

struct Search {
  const Program& program;
  std::string_view name;
  uint64_t hash;
  bool is_request;

  [[nodiscard]] bool find(SchemaId id, int depth) const noexcept {
    if (id == kNoSchema || depth > kSearchDepth) return false;
    const Schema& schema = program[id];
    if (schema.object) {
      const KnownName* known = schema.object->names.find(name, hash);
      if (known != nullptr && is_marked(program, known->schema, is_request, 0)) return true;
    }
    if (find(schema.ref, depth + 1)) return true;
    if (!schema.combination) return false;
    const auto& parts = schema.combination->all_of;
    return std::any_of(parts.begin(), parts.end(),
                       [&](SchemaId part) { return find(part, depth + 1); });
  }
};

}  // namespace

SchemaId Frame::top() const noexcept {
  const Frame* frame = this;
  while (frame->step == Step::Same && frame->parent != nullptr) frame = frame->parent;
  return frame->schema;
}

std::string Frame::schema_path() const {
  std::string path;
  for (const Frame* frame : from_the_top(this)) {
    if (frame->keyword.empty()) continue;
    json::append_token(path, frame->keyword);
    if (frame->index != kNoIndex) {
      path += '/' + std::to_string(frame->index);
    } else if (frame->keyword == "properties" || frame->keyword == "patternProperties" ||
               frame->keyword == "dependentSchemas" || frame->keyword == "dependencies") {
      json::append_token(path, frame->name);
    }
  }
  return path;
}

std::string Frame::pointer_template() const {
  std::string pointer;
  for (const Frame* frame : from_the_top(this)) {
    switch (frame->step) {
      case Step::Same:
        break;
      case Step::Element:
        pointer += "/*";
        break;
      case Step::Member:
        json::append_token(pointer, frame->member);
        break;
      case Step::MapMember:
        pointer += "/{}";
        break;
    }
  }
  return pointer;
}

bool is_exempt(const Program& program, SchemaId top, std::string_view name,
               bool is_request) noexcept {
  if (program.dialect != Dialect::OpenApi30) return false;
  return Search{program, name, json::hash_name(name), is_request}.find(top, 0);
}

}  // namespace faultline::contracts::json_schema

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/json_schema/frame.h"

#include "proxy/json/pointer.h"

#include <algorithm>
#include <vector>

namespace faultline::contracts::json_schema {
namespace {

std::vector<const Frame*> from_the_top(const Frame* frame) {
  std::vector<const Frame*> frames;
  for (; frame != nullptr; frame = frame->parent) frames.push_back(frame);
  std::reverse(frames.begin(), frames.end());
  return frames;
}

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

}  // namespace faultline::contracts::json_schema

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "redaction/engine.h"
#include "redaction/policy/subject.h"

#include <string_view>
#include <utility>

/// What the files of the engine share.
namespace faultline::redaction {

/// The rule that the edits of a scope are made by.
struct Engine::Because {
  Because(Engine& engine, Rule rule) : owner(engine), outer(std::exchange(engine.rule_, rule)) {}
  ~Because() { owner.rule_ = outer; }
  Because(const Because&) = delete;
  Because& operator=(const Because&) = delete;
  Engine& owner;
  Rule outer;
};

/// One name further down the path.
struct Engine::Step {
  Step(Engine& engine, std::string_view name) : owner(engine) { owner.path_.push_back(name); }
  ~Step() { owner.path_.pop_back(); }
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;
  Engine& owner;
};

/// An object that names a person is about that person, and so is all below it.
struct Engine::Subject {
  Subject(Engine& engine, json::Value object) : owner(engine), outer(engine.subject_) {
    if (!engine.policy_.uses(Operator::DateShift)) return;
    if (const auto own = subject_of(object); !own.empty()) engine.subject_ = own;
  }
  ~Subject() { owner.subject_ = outer; }
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;
  Engine& owner;
  std::string_view outer;
};

// Edits on the decoded text of a string, as edits on the source.
template <typename EditText>
void Engine::edit_text_of(json::Value value, EditText edit, Edits& out) {
  const SourceSpan span = value.span();
  const uint32_t at = span.offset + 1;
  const size_t first = out.size();
  const std::string_view decoded = value.string();
  edit(decoded, out);
  if (out.size() == first) return;
  if (decoded.size() + 2 == span.length) {
    for (size_t i = first; i < out.size(); ++i) {
      out[i].begin += at;
      out[i].end += at;
    }
    return;
  }
  // Only now is it worth knowing where each decoded byte came from.
  const MappedText layer = unescape_json(json_source_.substr(at, span.length - 2));
  if (layer.text != decoded) {
    out.resize(first);
    edit(layer.text, out);
  }
  for (size_t i = first; i < out.size(); ++i) {
    out[i].begin = at + layer.at[out[i].begin];
    out[i].end = at + layer.at[out[i].end];
  }
}

}  // namespace faultline::redaction

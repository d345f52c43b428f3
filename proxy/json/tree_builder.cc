// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/tree_builder.h"

#include "proxy/base/assert.h"
#include "proxy/json/exact_number.h"
#include "proxy/json/key_ledger.h"

#include <utility>
#include <vector>

namespace faultline::json {

struct TreeBuilder::Impl {
  std::unique_ptr<Tape> tape;  // null until there is a node
  KeyLedger keys;
  std::vector<uint32_t> open;
  bool is_too_large = false;

  uint32_t add(Kind kind, SourceSpan span, bool is_key = false) {
    if (!tape) tape = std::make_unique<Tape>();
    if (!is_key && !open.empty()) {
      Node& parent = tape->nodes[open.back()];
      parent.text_length += 1;
    }
    return tape->nodes.add(kind, span);
  }

  void set_text(uint32_t index, std::string_view text) {
    Node& node = tape->nodes[index];
    node.in_arena = true;
    if (text.size() > UINT32_MAX - tape->arena.size()) {
      is_too_large = true;
      return;
    }
    node.text = static_cast<uint32_t>(tape->arena.size());
    node.text_length = static_cast<uint32_t>(text.size());
    tape->arena.append(text);
  }

  void begin(Kind kind, SourceSpan start) { open.push_back(add(kind, start)); }

  void end(Kind kind, uint32_t end_offset) {
    FL_ASSERT(!open.empty());
    const uint32_t index = open.back();
    Node& node = tape->nodes[index];
    FL_ASSERT(node.kind == kind);
    open.pop_back();
    node.extent = static_cast<uint32_t>(tape->nodes.size()) - index;
    node.length = end_offset > node.offset ? end_offset - node.offset : node.length;
    if (kind == Kind::Object) keys.close_object(*tape, index);
  }
};

TreeBuilder::TreeBuilder() : impl_(std::make_unique<Impl>()) {}
TreeBuilder::~TreeBuilder() = default;

void TreeBuilder::null(SourceSpan span) { impl_->add(Kind::Null, span); }

void TreeBuilder::boolean(bool value, SourceSpan span) {
  const uint32_t index = impl_->add(Kind::Bool, span);
  impl_->tape->nodes[index].is_true = value;
}

void TreeBuilder::number(std::string_view text, SourceSpan span) {
  const uint32_t index = impl_->add(Kind::Number, span);
  impl_->set_text(index, text);
  if (const auto value = plain_int64_of(text)) {
    impl_->tape->nodes[index].is_int64 = true;
    impl_->tape->nodes[index].word = static_cast<uint64_t>(*value);
  }
}

void TreeBuilder::string(std::string_view decoded, SourceSpan span) {
  impl_->set_text(impl_->add(Kind::String, span), decoded);
}

void TreeBuilder::key(std::string_view decoded, SourceSpan span) {
  const uint32_t index = impl_->add(Kind::String, span, true);
  impl_->set_text(index, decoded);
  const uint64_t hash = hash_name(decoded);
  impl_->tape->nodes[index].word = hash;
  impl_->keys.add(hash);
}

void TreeBuilder::begin_object(SourceSpan start) { impl_->begin(Kind::Object, start); }
void TreeBuilder::end_object(uint32_t end_offset) { impl_->end(Kind::Object, end_offset); }
void TreeBuilder::begin_array(SourceSpan start) { impl_->begin(Kind::Array, start); }
void TreeBuilder::end_array(uint32_t end_offset) { impl_->end(Kind::Array, end_offset); }

size_t TreeBuilder::node_count() const noexcept {
  return impl_->tape ? impl_->tape->nodes.size() : 0;
}
bool TreeBuilder::is_too_large() const noexcept { return impl_->is_too_large; }

Document TreeBuilder::finish() {
  FL_ASSERT(impl_->open.empty());
  if (!impl_->tape) null({});
  impl_->keys.clear();
  impl_->is_too_large = false;
  return Document(std::move(impl_->tape));
}

}  // namespace faultline::json

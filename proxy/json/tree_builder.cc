// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/json/tree_builder.h"

#include "proxy/base/assert.h"
#include "proxy/json/key_ledger.h"

#include <utility>
#include <vector>

namespace faultline::json {

struct TreeBuilder::Impl {
  std::unique_ptr<Document::Rep> rep = std::make_unique<Document::Rep>();
  KeyLedger keys;
  std::vector<uint32_t> open;
  bool is_too_large = false;

  uint32_t add(Kind kind, SourceSpan span, bool is_key = false) {
    if (!is_key && !open.empty()) {
      Node& parent = rep->nodes[open.back()];
      parent.text_length += 1;
    }
    return rep->nodes.push({.offset = span.offset,
                            .length = span.length,
                            .text = 0,
                            .text_length = 0,
                            .hash = 0,
                            .kind = kind,
                            .in_arena = false,
                            .is_true = false});
  }

  void set_text(uint32_t index, std::string_view text) {
    Node& node = rep->nodes[index];
    node.in_arena = true;
    if (text.size() > UINT32_MAX - rep->arena.size()) {
      is_too_large = true;
      return;
    }
    node.text = static_cast<uint32_t>(rep->arena.size());
    node.text_length = static_cast<uint32_t>(text.size());
    rep->arena.append(text);
  }

  void begin(Kind kind, SourceSpan start) { open.push_back(add(kind, start)); }

  void end(Kind kind, uint32_t end_offset) {
    FL_ASSERT(!open.empty());
    Node& node = rep->nodes[open.back()];
    FL_ASSERT(node.kind == kind);
    open.pop_back();
    node.text = static_cast<uint32_t>(rep->nodes.size());
    node.length = end_offset > node.offset ? end_offset - node.offset : node.length;
    if (kind == Kind::Object) keys.close_object(*rep, node.text_length, rep->duplicate_keys);
  }
};

TreeBuilder::TreeBuilder() : impl_(std::make_unique<Impl>()) {}
TreeBuilder::~TreeBuilder() = default;

void TreeBuilder::null(SourceSpan span) { impl_->add(Kind::Null, span); }

void TreeBuilder::boolean(bool value, SourceSpan span) {
  const uint32_t index = impl_->add(Kind::Bool, span);
  impl_->rep->nodes[index].is_true = value;
}

void TreeBuilder::number(std::string_view text, SourceSpan span) {
  impl_->set_text(impl_->add(Kind::Number, span), text);
}

void TreeBuilder::string(std::string_view decoded, SourceSpan span) {
  impl_->set_text(impl_->add(Kind::String, span), decoded);
}

void TreeBuilder::key(std::string_view decoded, SourceSpan span) {
  const uint32_t index = impl_->add(Kind::String, span, true);
  impl_->set_text(index, decoded);
  const uint64_t hash = hash_name(decoded);
  impl_->rep->nodes[index].hash = hash;
  impl_->keys.add(hash, index);
}

void TreeBuilder::begin_object(SourceSpan start) { impl_->begin(Kind::Object, start); }
void TreeBuilder::end_object(uint32_t end_offset) { impl_->end(Kind::Object, end_offset); }
void TreeBuilder::begin_array(SourceSpan start) { impl_->begin(Kind::Array, start); }
void TreeBuilder::end_array(uint32_t end_offset) { impl_->end(Kind::Array, end_offset); }

size_t TreeBuilder::node_count() const noexcept { return impl_->rep->nodes.size(); }
bool TreeBuilder::is_too_large() const noexcept { return impl_->is_too_large; }

Document TreeBuilder::finish() {
  FL_ASSERT(impl_->open.empty());
  if (impl_->rep->nodes.size() == 0) null({});
  Document document(std::move(impl_->rep));
  impl_ = std::make_unique<Impl>();
  return document;
}

}  // namespace faultline::json

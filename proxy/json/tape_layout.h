// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/assert.h"
#include "proxy/json/tape.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

/// The layout of the tape and the inline half of its accessors. Included by tape.h only.
///
/// Nodes stand in document order. A container's first child follows it directly; in an object each
/// value follows its key. `extent` counts the nodes of a subtree, so that skipping a value is one
/// load, whatever it is.
///
///   [1,{"a":2}]  ->  Array(extent 5, 2 children)  Number  Object(extent 3, 1 child)  String Number
namespace faultline::json {

struct Node {
  uint32_t offset;  // place in the source, a string's quotes included
  uint32_t length;
  uint64_t word;    // keys: hash_name(); the value of numbers with is_int64
  uint32_t extent;  // 1, and for containers all that is inside
  Kind kind;
  bool in_arena;  // the text lies in the document's own storage, not in the source
  bool is_true;
  bool is_int64;
  // Left uninitialised where they say nothing, to save the parser the time.
  uint32_t text;         // with in_arena: where the text begins
  uint32_t text_length;  // with in_arena: bytes of text; containers: number of children
};
static_assert(sizeof(Node) == 32, "two to a cache line, none across one");

/// What a string or number means, or is spelled like; `is_string` is the node's kind.
[[nodiscard]] inline std::string_view text_of(const Node& node, const char* source,
                                              const char* arena, bool is_string) noexcept {
  if (node.in_arena) [[unlikely]] {
    return {arena + node.text, node.text_length};
  }
  const uint32_t quote = is_string ? 1 : 0;
  return {source + node.offset + quote, node.length - 2 * quote};
}

/// A growing array that leaves new elements uninitialised.
class NodeArray {
 public:
  void reserve(size_t capacity) {
    if (capacity <= capacity_) return;
    auto bigger = std::make_unique_for_overwrite<Node[]>(capacity);
    if (size_ > 0) std::memcpy(bigger.get(), nodes_.get(), size_ * sizeof(Node));
    nodes_ = std::move(bigger);
    capacity_ = capacity;
  }
  /// The index of the new node.
  uint32_t push(const Node& node) {
    if (size_ == capacity_) [[unlikely]] {
      reserve(capacity_ * 2 + 16);
    }
    nodes_[size_] = node;
    return static_cast<uint32_t>(size_++);
  }
  /// A node without text, to be completed by the caller.
  uint32_t add(Kind kind, SourceSpan span) {
    return push({.offset = span.offset,
                 .length = span.length,
                 .word = 0,
                 .extent = 1,
                 .kind = kind,
                 .in_arena = false,
                 .is_true = false,
                 .is_int64 = false,
                 .text = 0,
                 .text_length = 0});
  }
  /// For a writer that filled the first `size` of the reserved nodes through data().
  void resize_within_capacity(size_t size) noexcept {
    FL_DASSERT(size <= capacity_);
    size_ = size;
  }
  [[nodiscard]] Node* data() noexcept { return nodes_.get(); }
  [[nodiscard]] const Node* data() const noexcept { return nodes_.get(); }
  [[nodiscard]] Node& operator[](size_t index) noexcept { return nodes_[index]; }
  [[nodiscard]] const Node& operator[](size_t index) const noexcept { return nodes_[index]; }
  [[nodiscard]] size_t size() const noexcept { return size_; }
  [[nodiscard]] size_t capacity() const noexcept { return capacity_; }

 private:
  std::unique_ptr<Node[]> nodes_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

/// The decoded texts, one behind the other. Like a string, but new bytes are not set to zero first.
class TextArena {
 public:
  [[nodiscard]] size_t size() const noexcept { return size_; }
  /// Never null, so that an empty text has a place, too.
  [[nodiscard]] const char* data() const noexcept { return bytes_ ? bytes_.get() : ""; }
  void clear() noexcept { size_ = 0; }

  /// Room for `count` more bytes, which the caller writes.
  [[nodiscard]] char* extend(size_t count) {
    if (count > capacity_ - size_) grow(count);
    size_ += count;
    return bytes_.get() + size_ - count;
  }
  /// Gives back the last bytes of what extend() gave.
  void cut_to(size_t size) noexcept {
    FL_DASSERT(size <= size_);
    size_ = size;
  }
  void append(std::string_view text) {
    if (!text.empty()) std::memcpy(extend(text.size()), text.data(), text.size());
  }

 private:
  void grow(size_t count) {
    constexpr size_t kFirst = 256;
    const size_t capacity = std::max(capacity_ * 2, size_ + count + kFirst);
    auto bigger = std::make_unique_for_overwrite<char[]>(capacity);
    if (size_ > 0) std::memcpy(bigger.get(), bytes_.get(), size_);
    bytes_ = std::move(bigger);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> bytes_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

/// Offsets, lengths and the index of a node fit 32 bits.
inline constexpr size_t kTextBytesMax = size_t{1} << 30U;

/// What a parser or builder writes and a Document then owns.
struct Tape {
  std::string_view source;
  NodeArray nodes;
  TextArena arena;
  std::vector<SourceSpan> duplicate_keys;
  bool has_lone_surrogates = false;

  [[nodiscard]] std::string_view text(const Node& node) const noexcept {
    return text_of(node, source.data(), arena.data(), node.kind == Kind::String);
  }
};

inline Value::Value(const Document& document, uint32_t index) noexcept
    : document_(&document), node_(document.nodes_ + index) {}

inline Kind Value::kind() const noexcept {
  FL_DASSERT(node_ != nullptr);
  return node_->kind;
}
inline SourceSpan Value::span() const noexcept { return {node_->offset, node_->length}; }
inline uint64_t Value::name_hash() const noexcept { return node_->word; }
inline uint32_t Value::index() const noexcept {
  return static_cast<uint32_t>(node_ - document_->nodes_);
}

inline bool Value::boolean() const noexcept {
  FL_ASSERT(kind() == Kind::Bool);
  return node_->is_true;
}
inline std::string_view Value::string() const noexcept {
  FL_ASSERT(kind() == Kind::String);
  return text_of(*node_, document_->source_, document_->arena_, true);
}
inline std::string_view Value::number_text() const noexcept {
  FL_ASSERT(kind() == Kind::Number);
  return text_of(*node_, document_->source_, document_->arena_, false);
}
inline bool Value::is_plain_int64() const noexcept {
  return kind() == Kind::Number && node_->is_int64;
}
inline int64_t Value::plain_int64() const noexcept {
  FL_DASSERT(is_plain_int64());
  return static_cast<int64_t>(node_->word);
}
inline uint32_t Value::size() const noexcept {
  return kind() >= Kind::Array ? node_->text_length : 0;
}
inline uint32_t Value::extent() const noexcept { return node_->extent; }

/// `for (Value element : value.elements())`; empty unless the value is an array.
class ElementRange {
 public:
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Value;
    using difference_type = std::ptrdiff_t;
    using pointer = const Value*;
    using reference = Value;

    Iterator() = default;
    Value operator*() const noexcept { return {*document_, *node_}; }
    Iterator& operator++() noexcept {
      node_ += node_->extent;
      return *this;
    }
    Iterator operator++(int) noexcept {
      Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) noexcept {
      return a.node_ == b.node_;
    }

   private:
    friend class ElementRange;
    Iterator(const Document& document, const Node* node) : document_(&document), node_(node) {}
    const Document* document_ = nullptr;
    const Node* node_ = nullptr;
  };

  [[nodiscard]] Iterator begin() const noexcept { return begin_; }
  [[nodiscard]] Iterator end() const noexcept { return end_; }

 private:
  friend class Value;
  ElementRange(const Document& document, const Node* first, const Node* last)
      : begin_(document, first), end_(document, last) {}
  Iterator begin_;
  Iterator end_;
};

/// `for (const Member& member : value.members())`; empty unless the value is an object.
class MemberRange {
 public:
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Member;
    using difference_type = std::ptrdiff_t;
    using pointer = const Member*;
    using reference = Member;

    Iterator() = default;
    Member operator*() const noexcept { return {{*document_, *node_}, {*document_, node_[1]}}; }
    Iterator& operator++() noexcept {
      node_ += 1 + node_[1].extent;
      return *this;
    }
    Iterator operator++(int) noexcept {
      Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) noexcept {
      return a.node_ == b.node_;
    }

   private:
    friend class MemberRange;
    Iterator(const Document& document, const Node* node) : document_(&document), node_(node) {}
    const Document* document_ = nullptr;
    const Node* node_ = nullptr;
  };

  [[nodiscard]] Iterator begin() const noexcept { return begin_; }
  [[nodiscard]] Iterator end() const noexcept { return end_; }

 private:
  friend class Value;
  MemberRange(const Document& document, const Node* first, const Node* last)
      : begin_(document, first), end_(document, last) {}
  Iterator begin_;
  Iterator end_;
};

inline ElementRange Value::elements() const noexcept {
  const bool has = kind() == Kind::Array;
  return {*document_, node_ + 1, has ? node_ + node_->extent : node_ + 1};
}
inline MemberRange Value::members() const noexcept {
  const bool has = kind() == Kind::Object;
  return {*document_, node_ + 1, has ? node_ + node_->extent : node_ + 1};
}

inline std::optional<Value> Value::find(std::string_view name, uint64_t name_hash) const noexcept {
  for (const Member& member : members()) {
    if (member.name_hash() == name_hash && (is_exact_hash(name_hash) || member.name() == name)) {
      return member.value;
    }
  }
  return std::nullopt;
}
inline std::optional<Value> Value::find(std::string_view name) const noexcept {
  return find(name, hash_name(name));
}

}  // namespace faultline::json

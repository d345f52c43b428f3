// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/assert.h"
#include "proxy/json/tape.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// The layout of the tape and the inline half of its accessors. Included by tape.h only.
///
/// Nodes stand in document order. A container's first child follows it directly; in an object each
/// value follows its key. `text` of a container is the index one past its last descendant, so a
/// whole subtree is skipped by one load.
///
///   [1,{"a":2}]  ->  0 Array(end 5, 2 children)  1 Number  2 Object(end 5, 1 child)  3 Key  4
///   Number
namespace faultline::json {

struct Node {
  uint32_t offset;       // place in the source
  uint32_t length;       //
  uint32_t text;         // scalars: where the text begins; containers: index past the subtree
  uint32_t text_length;  // scalars: bytes of text; containers: number of children
  uint64_t hash;         // keys: hash_name()
  Kind kind;
  bool in_arena;  // the text lies in the document's own storage, not in the source
  bool is_true;
};
static_assert(sizeof(Node) == 32);

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
  [[nodiscard]] Node& operator[](size_t index) noexcept { return nodes_[index]; }
  [[nodiscard]] const Node& operator[](size_t index) const noexcept { return nodes_[index]; }
  [[nodiscard]] size_t size() const noexcept { return size_; }

 private:
  std::unique_ptr<Node[]> nodes_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

struct Document::Rep {
  std::string_view source;
  NodeArray nodes;
  std::string arena;
  std::vector<SourceSpan> duplicate_keys;
  bool has_lone_surrogates = false;

  [[nodiscard]] std::string_view text(const Node& node) const noexcept {
    const char* base = node.in_arena ? arena.data() : source.data();
    return {base + node.text, node.text_length};
  }
  [[nodiscard]] uint32_t next(uint32_t index) const noexcept {
    const Node& node = nodes[index];
    return node.kind >= Kind::Array ? node.text : index + 1;
  }
};

inline const Node& Value::node() const noexcept {
  FL_DASSERT(document_ != nullptr);
  return document_->rep_->nodes[index_];
}
inline std::string_view Value::text() const noexcept { return document_->rep_->text(node()); }
inline Kind Value::kind() const noexcept { return node().kind; }
inline SourceSpan Value::span() const noexcept { return {node().offset, node().length}; }
inline uint64_t Value::name_hash() const noexcept { return node().hash; }

inline bool Value::boolean() const noexcept {
  FL_ASSERT(kind() == Kind::Bool);
  return node().is_true;
}
inline std::string_view Value::string() const noexcept {
  FL_ASSERT(kind() == Kind::String);
  return text();
}
inline std::string_view Value::number_text() const noexcept {
  FL_ASSERT(kind() == Kind::Number);
  return text();
}
inline uint32_t Value::size() const noexcept {
  return kind() >= Kind::Array ? node().text_length : 0;
}

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
    Iterator(const Document& document, uint32_t index) : document_(&document), index_(index) {}
    Value operator*() const noexcept { return {*document_, index_}; }
    Iterator& operator++() noexcept {
      index_ = document_->rep_->next(index_);
      return *this;
    }
    Iterator operator++(int) noexcept {
      Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) noexcept {
      return a.index_ == b.index_;
    }

   private:
    friend class ElementRange;
    const Document* document_ = nullptr;
    uint32_t index_ = 0;
  };

  ElementRange(const Document& document, uint32_t first, uint32_t last)
      : begin_(document, first), end_(document, last) {}
  [[nodiscard]] Iterator begin() const noexcept { return begin_; }
  [[nodiscard]] Iterator end() const noexcept { return end_; }

 private:
  friend class MemberRange;
  static uint32_t next(const Document& document, uint32_t index) noexcept {
    return document.rep_->next(index);
  }
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
    Iterator(const Document& document, uint32_t index) : document_(&document), index_(index) {}
    Member operator*() const noexcept { return {{*document_, index_}, {*document_, index_ + 1}}; }
    Iterator& operator++() noexcept {
      index_ = document_->rep_->next(index_ + 1);
      return *this;
    }
    Iterator operator++(int) noexcept {
      Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) noexcept {
      return a.index_ == b.index_;
    }

   private:
    const Document* document_ = nullptr;
    uint32_t index_ = 0;
  };

  MemberRange(const Document& document, uint32_t first, uint32_t last)
      : begin_(document, first), end_(document, last) {}
  [[nodiscard]] Iterator begin() const noexcept { return begin_; }
  [[nodiscard]] Iterator end() const noexcept { return end_; }

 private:
  Iterator begin_;
  Iterator end_;
};

inline ElementRange Value::elements() const noexcept {
  const bool has = kind() == Kind::Array;
  return {*document_, index_ + 1, has ? node().text : index_ + 1};
}
inline MemberRange Value::members() const noexcept {
  const bool has = kind() == Kind::Object;
  return {*document_, index_ + 1, has ? node().text : index_ + 1};
}

}  // namespace faultline::json

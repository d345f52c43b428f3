// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/diagnostic.h"
#include "proxy/base/limits.h"
#include "proxy/base/result.h"
#include "proxy/json/name_hash.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// JSON as an immutable tape: one flat array of nodes in document order, each with its place in
/// the source. Reading allocates nothing. The same tree holds YAML documents (proxy/yaml), so
/// configuration, contracts and bodies are walked alike.
namespace faultline::json {

enum class Kind : uint8_t { Null, Bool, Number, String, Array, Object };

/// "null", "boolean", "number", "string", "array", "object".
[[nodiscard]] std::string_view kind_name(Kind kind) noexcept;

class Document;
class ElementRange;
class MemberRange;
struct Node;

/// A cursor to one node: two words, cheap to copy, valid as long as its Document (and, for parsed
/// JSON, the text given to parse()). Asking for the wrong kind is a bug and asserts.
class Value {
 public:
  Value() = default;
  Value(const Document& document, uint32_t index) : document_(&document), index_(index) {}

  [[nodiscard]] Kind kind() const noexcept;
  [[nodiscard]] bool is_null() const noexcept { return kind() == Kind::Null; }
  [[nodiscard]] bool is_bool() const noexcept { return kind() == Kind::Bool; }
  [[nodiscard]] bool is_number() const noexcept { return kind() == Kind::Number; }
  [[nodiscard]] bool is_string() const noexcept { return kind() == Kind::String; }
  [[nodiscard]] bool is_array() const noexcept { return kind() == Kind::Array; }
  [[nodiscard]] bool is_object() const noexcept { return kind() == Kind::Object; }

  [[nodiscard]] bool boolean() const noexcept;
  /// Decoded text of a string. A lone surrogate escape decodes to U+FFFD (and is flagged on the
  /// document).
  [[nodiscard]] std::string_view string() const noexcept;
  /// A number exactly as the source spells it.
  [[nodiscard]] std::string_view number_text() const noexcept;
  /// True when the number's mathematical value is an integer (1.0 and 1e2 are).
  [[nodiscard]] bool is_integer() const noexcept;
  /// The value when it is an integer in range.
  [[nodiscard]] std::optional<int64_t> as_int64() const noexcept;
  /// Nearest double (locale-free).
  [[nodiscard]] double as_double() const noexcept;

  /// Elements of an array or members of an object; 0 for others.
  [[nodiscard]] uint32_t size() const noexcept;
  /// Linear in `position`.
  [[nodiscard]] std::optional<Value> at(uint32_t position) const noexcept;
  /// The first member of that name.
  [[nodiscard]] std::optional<Value> find(std::string_view name) const noexcept;
  [[nodiscard]] ElementRange elements() const noexcept;
  [[nodiscard]] MemberRange members() const noexcept;

  /// Place of the value in the source: a string's includes its quotes.
  [[nodiscard]] SourceSpan span() const noexcept;
  [[nodiscard]] uint32_t index() const noexcept { return index_; }
  [[nodiscard]] const Document& document() const noexcept { return *document_; }
  /// hash_name() of a member's key; 0 for any other node.
  [[nodiscard]] uint64_t name_hash() const noexcept;

 private:
  [[nodiscard]] const Node& node() const noexcept;
  [[nodiscard]] std::string_view text() const noexcept;

  const Document* document_ = nullptr;
  uint32_t index_ = 0;
};

struct Member {
  Value key;  // a String node; its span is the key's place
  Value value;
  [[nodiscard]] std::string_view name() const noexcept { return key.string(); }
  /// hash_name(name()), read from the tape.
  [[nodiscard]] uint64_t name_hash() const noexcept { return key.name_hash(); }
};

/// Deep JSON equality: 1 == 1.0, member order irrelevant, exact numbers (no rounding to double).
[[nodiscard]] bool equal(Value a, Value b);

/// Equal values have equal hashes, in the sense of equal().
[[nodiscard]] uint64_t hash_value(Value value);

struct ParseOptions {
  size_t depth_max = limits::kJsonDepth;  // at most kDepthCeiling
};

/// No option allows a deeper tree: code that walks one may recurse.
inline constexpr size_t kDepthCeiling = 1024;

/// Builds a tree node by node (tree_builder.h), for sources that are not JSON.
class TreeBuilder;
class Parser;

/// One parsed text.
class Document {
 public:
  /// Strict RFC 8259. Borrows `text` for the life of the document. The error's message ends with
  /// the place: "... at byte 17".
  [[nodiscard]] static Result<Document> parse(std::string_view text,
                                              const ParseOptions& options = {});
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;
  ~Document();

  [[nodiscard]] Value root() const noexcept { return {*this, 0}; }
  /// Names that occur twice or more in one object (parsers disagree about them): the spans of the
  /// later ones.
  [[nodiscard]] const std::vector<SourceSpan>& duplicate_keys() const noexcept;
  [[nodiscard]] bool has_lone_surrogates() const noexcept;

 private:
  friend class Value;
  friend class TreeBuilder;
  friend class Parser;
  friend class ElementRange;
  friend class MemberRange;
  struct Rep;
  explicit Document(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace faultline::json

#include "proxy/json/tape_layout.h"

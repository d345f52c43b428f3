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
struct Tape;

/// A cursor to one node: two words, cheap to copy, valid as long as its Document (and, for parsed
/// JSON, the text given to parse()). Asking for the wrong kind is a bug and asserts.
class Value {
 public:
  Value() = default;
  /// The node at `index` (index()) of a document's tape.
  Value(const Document& document, uint32_t index) noexcept;

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
  /// The value when it is an integer in range. One load for those spelled without point and
  /// exponent (is_plain_int64()).
  [[nodiscard]] std::optional<int64_t> as_int64() const noexcept;
  /// True for a number that is spelled as an integer and fits 64 bits: what nearly all are.
  [[nodiscard]] bool is_plain_int64() const noexcept;
  /// Only if is_plain_int64().
  [[nodiscard]] int64_t plain_int64() const noexcept;
  /// Nearest double (locale-free).
  [[nodiscard]] double as_double() const noexcept;

  /// Elements of an array or members of an object; 0 for others.
  [[nodiscard]] uint32_t size() const noexcept;
  /// The value and all values and names inside it, counted.
  [[nodiscard]] uint32_t extent() const noexcept;
  /// Linear in `position`.
  [[nodiscard]] std::optional<Value> at(uint32_t position) const noexcept;
  /// The first member of that name.
  [[nodiscard]] std::optional<Value> find(std::string_view name) const noexcept;
  /// The same with hash_name(name) known already.
  [[nodiscard]] std::optional<Value> find(std::string_view name, uint64_t name_hash) const noexcept;
  [[nodiscard]] ElementRange elements() const noexcept;
  [[nodiscard]] MemberRange members() const noexcept;

  /// Place of the value in the source: a string's includes its quotes.
  [[nodiscard]] SourceSpan span() const noexcept;
  [[nodiscard]] uint32_t index() const noexcept;
  [[nodiscard]] const Document& document() const noexcept { return *document_; }
  /// hash_name() of a member's key. Only for the key of a Member.
  [[nodiscard]] uint64_t name_hash() const noexcept;

 private:
  friend class ElementRange;
  friend class MemberRange;
  Value(const Document& document, const Node& node) noexcept : document_(&document), node_(&node) {}

  const Document* document_ = nullptr;
  const Node* node_ = nullptr;
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

/// One parsed text. To parse many of them without allocating for each, see parser.h.
class Document {
 public:
  /// Strict RFC 8259. Borrows `text` for the life of the document; reads no byte beyond it. The
  /// error's message ends with the place: "... at byte 17".
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
  friend class ElementRange;
  friend class MemberRange;
  friend class Parser;
  friend class ScalarDocument;
  friend class TreeBuilder;
  friend struct ParserAccess;
  explicit Document(std::unique_ptr<Tape> tape);
  /// Takes over what was written to the tape since.
  void seal();

  std::unique_ptr<Tape> tape_;
  // What every access needs, one load away.
  const Node* nodes_ = nullptr;
  const char* source_ = nullptr;
  const char* arena_ = nullptr;
};

}  // namespace faultline::json

#include "proxy/json/tape_layout.h"

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/hash.h"
#include "proxy/json/tape.h"
#include "redaction/decode.h"
#include "redaction/edits.h"
#include "redaction/lexicon.h"
#include "redaction/observer.h"
#include "redaction/origin.h"
#include "redaction/policy/hints.h"
#include "redaction/policy/operate.h"
#include "redaction/policy/operators.h"
#include "redaction/replacements.h"
#include "redaction/scanner.h"
#include "redaction/structure/graphql_lexer.h"
#include "redaction/surrogate.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::redaction {

/// Knows what to replace in each kind of text and by what. Every function appends edits on the
/// text it was given; nothing outside them changes. Keeps scratch memory between calls; not
/// thread-safe.
class Engine {
 public:
  /// Borrows all but the key. `observer` may be null.
  Engine(const Crypto& crypto, std::string_view key, const OperatorTable& policy,
         Observer* observer, PatternSet patterns = PatternSet());

  /// Which part of a message the next calls are about; `name` is shown in audits and kept by
  /// reference.
  void enter(Part part, std::string_view name = {});
  /// What the contract says about the message at hand; null for nothing.
  void set_hints(const Hints* hints) { hints_ = hints; }
  /// The tree of a text that a caller has parsed already, as Document::parse() would; null for
  /// none. Only these very bytes are not parsed again. Borrows both.
  void set_parsed(std::string_view text, const json::Document* document) {
    parsed_text_ = text;
    parsed_ = document;
  }

  /// A body or a free text: JSON, lines of JSON or server-sent events, or anything else. The edits
  /// are settled.
  void edit_document(std::string_view text, Edits& out);
  /// application/x-www-form-urlencoded: bodies and queries. Settled.
  void edit_form(std::string_view text, Edits& out);
  /// A request target or another URI reference. Settled.
  void edit_target(std::string_view target, Edits& out);
  /// An HTTP field's value. Settled.
  void edit_field(std::string_view name, std::string_view value, Edits& out);
  /// A value whose member or parameter name is known; a JSON text keeps its types. Settled.
  void edit_named_text(std::string_view name, std::string_view value, Edits& out);
  /// multipart/form-data and its kin. False, with `out` as it was, when the text is not what its
  /// boundary says. Settled.
  [[nodiscard]] bool edit_multipart(std::string_view text, std::string_view boundary, Edits& out);
  /// A GraphQL document. Settled.
  void edit_graphql_text(std::string_view text, Edits& out);
  /// The log or the entries of a HAR file: bodies in it are read as their media types say. False
  /// when it is not JSON. Settled.
  [[nodiscard]] bool edit_har(std::string_view text, Edits& out);
  /// A value nobody can read or name, as a whole.
  void edit_opaque(ClassId id, std::string_view value, Edits& out);

  /// Words of messages, names of fields above all, are few and come again and again: whether one is
  /// known to hold nothing to replace.
  [[nodiscard]] bool is_clean_word(std::string_view word) { return words_.find(word).is_clean; }
  void note_clean_word(std::string_view word) {
    words_.find(word).is_clean = !may_be_document(word);
  }

  /// For tests: without surveys every value is scanned, and the edits are the same.
  void set_surveying(bool is_on) { is_surveying_ = is_on; }
  /// For tests: without shortcuts nothing of a text is remembered, and whatever was changed is
  /// scanned again.
  void set_shortcuts(bool are_on) { has_shortcuts_ = are_on; }

  [[nodiscard]] const PlaceBook& places() const noexcept { return places_; }
  /// Values that a row of the policy lets stand, by class.
  using Kept = std::array<uint64_t, kClasses.size()>;
  [[nodiscard]] const Kept& kept() const noexcept { return kept_; }
  /// How often each row of the policy bound a value.
  [[nodiscard]] const std::vector<uint64_t>& row_counts() const noexcept { return row_counts_; }

 private:
  struct Lease;
  struct Because;   // the rule for the edits of a scope
  struct Step;      // a name on the path for a scope
  struct Subject;   // whom an object is about for a scope
  struct Surveyed;  // the survey of a body for a scope
  struct Repeated;  // what becomes of the values of a text for a scope

  // engine.cc: `depth` counts layers of encoding and nesting.
  void edit_value(std::string_view text, unsigned depth, Edits& out);
  void edit_plain(std::string_view text, unsigned depth, Edits& out);
  void edit_plain_once(std::string_view text, unsigned depth, Edits& out);
  // A way to scan a text once, for stabilise(): the edits from `first` on are what it made of it.
  using ScanOnce = std::function<void(std::string_view text, Edits& out)>;
  void stabilise(std::string_view text, size_t first, Edits& out, const ScanOnce& scan);
  [[nodiscard]] bool is_at_rest(std::string_view text, const Edits& settled) const;
  void edit_runs(std::string_view text, const Scan& scan, unsigned depth, Edits& out);
  void edit_find(std::string_view text, const Find& find, Edits& out);
  void edit_named(NameKind kind, std::string_view value, uint32_t at, Edits& out);
  void edit_secret(ClassId id, std::string_view value, uint32_t at, Edits& out);
  [[nodiscard]] Replacement replace_form(ClassId id, std::string_view value);
  [[nodiscard]] Replacement replace_named(ClassId id, std::string_view value);
  void edit_lines(std::string_view text, Edits& out);
  [[nodiscard]] bool binds(const Hint& hint) const noexcept;
  [[nodiscard]] bool binds_places() const;
  [[nodiscard]] NameKind hinted_whole() const noexcept;
  [[nodiscard]] bool is_one_value() const noexcept;
  [[nodiscard]] std::optional<ClassId> class_of_whole(std::string_view value);

  // engine_escapes.cc
  void edit_escaped(std::string_view text, const Scan& scan, unsigned depth, Edits& out);
  void edit_layer(const MappedText& layer, unsigned depth, Edits& out);
  void edit_percent_escaped(std::string_view text, const Scan& scan, unsigned depth, Edits& out);
  void edit_json_escaped(std::string_view text, const Scan& scan, unsigned depth, Edits& out);
  void edit_as_it_stands(std::string_view text, const Scan& scan, size_t decoded, Edits& out);
  void edit_unescaped(std::string_view text, const Find& find, Edits& out);

  // engine_json.cc
  // A member's name that was edited: its node, and its edits [first, last).
  struct KeyEdits {
    uint32_t key;
    size_t first;
    size_t last;
  };
  [[nodiscard]] bool edit_json(std::string_view text, unsigned depth, Edits& out);
  [[nodiscard]] const json::Document* known_tree(std::string_view text) const noexcept;
  void edit_tree(json::Value root, std::string_view text, unsigned depth, Edits& out);
  void walk(json::Value value, NameKind kind, unsigned depth, Edits& out);
  void walk_object(json::Value object, NameKind inherited, unsigned depth, Edits& out);
  [[nodiscard]] bool holds_nothing(const json::Member& member) const;
  [[nodiscard]] bool is_short_number(std::string_view number) const noexcept;
  [[nodiscard]] bool has_grammar(std::string_view name) const noexcept;
  [[nodiscard]] bool is_cold(json::Value value) const;
  void edit_json_string(json::Value value, NameKind kind, unsigned depth, Edits& out);
  void edit_json_number(json::Value value, NameKind kind, Edits& out);
  void part_names(json::Value object, const std::vector<KeyEdits>& edited, Edits& out) const;
  [[nodiscard]] bool edit_member_name(const json::Member& member, unsigned depth,
                                      std::vector<KeyEdits>& edited, Edits& out);
  [[nodiscard]] bool edit_special_member(json::Value object, const json::Member& member,
                                         unsigned depth, Edits& out);
  template <typename EditText>
  void edit_text_of(json::Value value, EditText edit, Edits& out);
  struct Bound {
    const std::vector<std::string>* names;
    NameKind kind;
  };
  void edit_bound(json::Value root, Edits& out);
  void edit_bound_below(json::Value value, const Bound& bound, size_t level, Edits& out);
  void drop_children(json::Value container, Edits& out) const;

  // engine_har.cc
  [[nodiscard]] bool edit_har_text(json::Value holder, const json::Member& member, Edits& out);

  // Parts of a text are edited as parts: where they stand follows from their addresses.
  struct Spot {
    std::string_view source;
    unsigned depth;
  };

  // engine_xml.cc
  enum class XmlCoding : uint8_t { Escaped, Raw };
  struct XmlElement;
  [[nodiscard]] bool edit_xml(std::string_view text, unsigned depth, Edits& out);
  [[nodiscard]] bool edit_xml_tokens(const Spot& spot, Edits& out);
  void edit_xml_attribute(std::string_view name, std::string_view value, XmlElement& element,
                          const Spot& spot, Edits& out);
  void edit_xml_text(NameKind kind, std::string_view text, XmlCoding coding, const Spot& spot,
                     Edits& out);

  // engine_graphql.cc
  [[nodiscard]] bool edit_graphql(std::string_view text, unsigned depth, Edits& out);
  void edit_graphql_literal(const GraphqlToken& token, NameKind kind, const Spot& spot, Edits& out);
  void edit_echo(std::string_view text, Edits& out);

  // engine_multipart.cc
  void edit_part_head(std::string_view head, uint32_t at, Edits& out);

  // engine_http.cc
  void edit_auth(std::string_view value, uint32_t at, Edits& out);
  void edit_cookies(std::string_view value, uint32_t at, Edits& out);
  void edit_set_cookie(std::string_view value, uint32_t at, Edits& out);
  void edit_cookie_pair(ClassId id, std::string_view pair, uint32_t at, Edits& out);
  void edit_addresses(std::string_view value, uint32_t at, Edits& out);
  void edit_address(std::string_view value, uint32_t at, Edits& out);
  void edit_pairs(std::string_view text, Edits& out);
  void edit_component(NameKind kind, std::string_view component, uint32_t at, Edits& out);
  void edit_path(std::string_view path, Edits& out);
  void edit_subprotocols(std::string_view value, Edits& out);
  void edit_binary_field(std::string_view name, std::string_view value, Edits& out);
  void edit_free_value(std::string_view value, Edits& out);
  /// In a document also what a contract says of its places counts, which is another from message
  /// to message: nothing is remembered of one.
  [[nodiscard]] static bool may_be_document(std::string_view text) noexcept {
    return text.empty() ||
           std::string_view("{[\"< \t\r\n").find(text.front()) != std::string_view::npos;
  }
  [[nodiscard]] NameKind hinted(Hint::In in, std::string_view name) const;

  void push(std::string_view part, uint32_t at, ClassId id, std::string shape, Edits& out,
            Slot slot = Slot::Text);

  Surrogates surrogates_;
  Replacements replacements_;
  const OperatorTable& policy_;
  Observer* observer_;
  const Hints* hints_ = nullptr;
  std::string_view parsed_text_;
  const json::Document* parsed_ = nullptr;
  PlaceBook places_;
  Kept kept_{};
  std::vector<uint64_t> row_counts_;
  Part part_ = Part::Text;
  std::string_view name_;
  NamePath path_;
  Rule rule_ = Rule::Name;
  std::string_view subject_;  // of the object at hand or of one around it
  bool is_har_ = false;
  bool is_in_name_ = false;        // of a member: it must stay a name
  std::vector<uint32_t> dropped_;  // nodes of the JSON text at hand that go as a whole
  NameCache names_;
  NameCache words_{classify_header};
  NameCache values_{[](std::string_view) { return NameKind::None; }};  // of fields, and paths
  PatternSet patterns_;
  std::vector<std::unique_ptr<Scan>> scans_;  // one per level of recursion in use
  size_t scans_used_ = 0;
  std::string_view json_source_;
  Survey survey_;  // of the body at hand
  bool is_surveying_ = true;
  bool is_surveyed_ = false;
  bool is_stabilising_ = false;
  bool has_shortcuts_ = true;
};

}  // namespace faultline::redaction

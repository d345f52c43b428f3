// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/hash.h"
#include "proxy/json/tape.h"
#include "redaction/decode.h"
#include "redaction/edits.h"
#include "redaction/lexicon.h"
#include "redaction/scanner.h"
#include "redaction/surrogate.h"

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
  Engine(const Crypto& crypto, std::string_view key) : surrogates_(crypto, key) {}

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

 private:
  struct Lease;

  // engine.cc: `depth` counts layers of encoding and nesting.
  void edit_value(std::string_view text, unsigned depth, Edits& out);
  void edit_plain(std::string_view text, unsigned depth, Edits& out);
  void edit_plain_once(std::string_view text, unsigned depth, Edits& out);
  // A way to scan a text once, for stabilise(): the edits from `first` on are what it made of it.
  using ScanOnce = std::function<void(std::string_view text, Edits& out)>;
  void stabilise(std::string_view text, size_t first, Edits& out, const ScanOnce& scan);
  void edit_layer(const MappedText& layer, unsigned depth, Edits& out);
  void edit_runs(std::string_view text, const Scan& scan, unsigned depth, Edits& out);
  void edit_find(std::string_view text, const Find& find, Edits& out);
  void edit_named(NameKind kind, std::string_view value, uint32_t at, Edits& out);
  void edit_secret(ClassId id, std::string_view value, uint32_t at, Edits& out);
  void edit_lines(std::string_view text, Edits& out);
  [[nodiscard]] std::optional<ClassId> class_of_whole(std::string_view value);

  // engine_json.cc
  [[nodiscard]] bool edit_json(std::string_view text, unsigned depth, Edits& out);
  void walk(json::Value value, NameKind kind, unsigned depth, Edits& out);
  void walk_object(json::Value object, NameKind inherited, unsigned depth, Edits& out);
  void edit_json_string(json::Value value, NameKind kind, unsigned depth, Edits& out);
  void edit_json_number(json::Value value, NameKind kind, Edits& out);
  // A member's name that was edited: its node, and its edits [first, last).
  struct KeyEdits {
    uint32_t key;
    size_t first;
    size_t last;
  };
  void part_names(json::Value object, const std::vector<KeyEdits>& edited, Edits& out) const;

  // engine_http.cc
  void edit_auth(std::string_view value, uint32_t at, Edits& out);
  void edit_cookies(std::string_view value, uint32_t at, Edits& out);
  void edit_set_cookie(std::string_view value, uint32_t at, Edits& out);
  void edit_cookie_pair(ClassId id, std::string_view pair, uint32_t at, Edits& out);
  void edit_addresses(std::string_view value, uint32_t at, Edits& out);
  void edit_address(std::string_view value, uint32_t at, Edits& out);
  void edit_pairs(std::string_view text, Edits& out);
  void edit_component(NameKind kind, std::string_view component, uint32_t at, Edits& out);

  void push(std::string_view part, uint32_t at, ClassId id, std::string text, Edits& out);

  Surrogates surrogates_;
  NameCache names_;
  PatternSet patterns_;
  std::vector<std::unique_ptr<Scan>> scans_;  // one per level of recursion in use
  size_t scans_used_ = 0;
  std::string_view json_source_;
  bool is_stabilising_ = false;
};

}  // namespace faultline::redaction

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/yaml/document.h"

#include "proxy/base/text.h"
#include "proxy/json/tree_builder.h"
#include "proxy/yaml/event_list.h"
#include "proxy/yaml/scalar.h"

#include <fmt/core.h>

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace faultline::yaml {
namespace {

// The keys of one mapping and where each stands. Most mappings are small, so the first few are
// searched in order.
class KeySet {
 public:
  // The place of an equal key that is there already; otherwise adds it.
  const SourceSpan* insert(std::string_view name, SourceSpan span) {
    if (const auto* earlier = find(name)) return earlier;
    keys_.emplace_back(name, span);
    if (keys_.size() == kSmall + 1) {
      for (size_t i = 0; i < keys_.size(); ++i) index_.emplace(keys_[i].first, i);
    } else if (keys_.size() > kSmall) {
      index_.emplace(name, keys_.size() - 1);
    }
    return nullptr;
  }

 private:
  static constexpr size_t kSmall = 16;

  const SourceSpan* find(std::string_view name) const {
    if (keys_.size() > kSmall) {
      const auto at = index_.find(name);
      return at == index_.end() ? nullptr : &keys_[at->second].second;
    }
    for (const auto& [key, span] : keys_) {
      if (key == name) return &span;
    }
    return nullptr;
  }

  std::vector<std::pair<std::string_view, SourceSpan>> keys_;
  std::unordered_map<std::string_view, size_t> index_;
};

// Far more than is shown; enough to stop a file made to complain without end.
constexpr size_t kComplaints = 1000;

// Turns the event list into the tree: types scalars, expands aliases and merge keys, bounds both.
class Expander {
 public:
  Expander(const EventList& list, const SourceFilePtr& file, const LoadOptions& options,
           std::vector<Diagnostic>& diagnostics)
      : events_(list.events), file_(file), options_(options), diagnostics_(diagnostics) {}

  json::Document expand() {
    if (!events_.empty()) node(0, 0);
    if (builder_.is_too_large()) {
      complain("FL0004", "the document is too large", {}, "");
    }
    return builder_.finish();
  }

 private:
  // Emits the node at `index`; returns the index after it.
  uint32_t node(uint32_t index, size_t depth) {
    const auto& event = events_[index];
    if (stopped_) return after(index);
    if (alias_depth_ > 0 && ++alias_nodes_ > options_.alias_nodes_max) {
      stop_aliases(alias_span_);
      return after(index);
    }
    if (depth > options_.depth_max) {
      stop("FL0004", fmt::format("nested deeper than {} levels", options_.depth_max), event.span,
           "one level too many");
      return after(index);
    }
    switch (event.kind) {
      case EventKind::Scalar:
        scalar(event);
        break;
      case EventKind::Alias:
        alias(index, depth);
        break;
      case EventKind::MappingStart:
        mapping(index, depth);
        break;
      case EventKind::SequenceStart:
        sequence(index, depth);
        break;
      case EventKind::MappingEnd:
      case EventKind::SequenceEnd:
        break;
    }
    return after(index);
  }

  uint32_t after(uint32_t index) const {
    const auto& event = events_[index];
    const bool is_start =
        event.kind == EventKind::MappingStart || event.kind == EventKind::SequenceStart;
    return (is_start ? event.link : index) + 1;
  }

  void scalar(const Event& event) {
    const bool is_typed =
        event.tag == ScalarTag::Core || (event.tag == ScalarTag::None && event.is_plain);
    if (!is_typed) return builder_.string(event.text, event.span);
    const auto value = resolve_plain(event.text);
    switch (value.kind) {
      case CoreScalar::Kind::Null:
        return builder_.null(event.span);
      case CoreScalar::Kind::Bool:
        return builder_.boolean(value.boolean, event.span);
      case CoreScalar::Kind::Number:
        return builder_.number(value.number, event.span);
      case CoreScalar::Kind::Text:
        return builder_.string(event.text, event.span);
    }
  }

  // The index of the node that an alias stands for, or kNoTarget after a complaint.
  uint32_t target_of(uint32_t index) {
    const auto& event = events_[index];
    if (event.link == kNoTarget) {
      complain("FL0003", fmt::format("unknown alias '*{}'", event.text), event.span,
               "no anchor of that name stands before it");
      return kNoTarget;
    }
    if (event.link < index && index < after(event.link)) {
      complain("FL0003", fmt::format("alias '*{}' contains itself", event.text), event.span,
               "inside the node it names");
      return kNoTarget;
    }
    return event.link;
  }

  void alias(uint32_t index, size_t depth) {
    const uint32_t target = target_of(index);
    if (target == kNoTarget) return builder_.null(events_[index].span);
    if (alias_depth_ == 0) alias_span_ = events_[index].span;
    ++alias_depth_;
    node(target, depth);
    --alias_depth_;
  }

  void sequence(uint32_t index, size_t depth) {
    const uint32_t end = events_[index].link;
    builder_.begin_array(events_[index].span);
    for (uint32_t i = index + 1; i < end && !stopped_;) i = node(i, depth + 1);
    builder_.end_array(end_offset(end));
  }

  void mapping(uint32_t index, size_t depth) {
    builder_.begin_object(events_[index].span);
    KeySet keys;
    std::vector<uint32_t> merges;
    members(index, depth, keys, merges);
    // Keys of the mapping itself win over merged ones, earlier sources over later ones.
    for (size_t i = 0; i < merges.size() && !stopped_; ++i) merge(merges[i], depth, keys);
    builder_.end_object(end_offset(events_[index].link));
  }

  void members(uint32_t index, size_t depth, KeySet& keys, std::vector<uint32_t>& merges) {
    const uint32_t end = events_[index].link;
    for (uint32_t i = index + 1; i < end && !stopped_;) {
      const auto& key = events_[i];
      const uint32_t value = after(i);
      if (key.kind != EventKind::Scalar) {
        complain("FL0006", "a key must be a plain text", key.span, "not a text");
      } else if (key.is_plain && key.text == "<<") {
        merges.push_back(value);
      } else if (const auto* earlier = keys.insert(key.text, key.span)) {
        duplicate(key, *earlier);
      } else {
        builder_.key(key.text, key.span);
        node(value, depth + 1);
      }
      i = after(value);
    }
  }

  // `<<: *base`, `<<: [*a, *b]` or `<<: { ... }`.
  void merge(uint32_t index, size_t depth, KeySet& keys) {
    if (depth > options_.depth_max) {
      return stop("FL0004", fmt::format("nested deeper than {} levels", options_.depth_max),
                  events_[index].span, "one level too many");
    }
    const auto place = events_[index].span;
    if (!count_merge(place)) return;
    if (events_[index].kind == EventKind::Alias) {
      index = target_of(index);
      if (index == kNoTarget) return;
    }
    const auto& source = events_[index];
    if (source.kind == EventKind::SequenceStart) {
      for (uint32_t i = index + 1; i < source.link && !stopped_; i = after(i)) {
        merge(i, depth + 1, keys);
      }
      return;
    }
    if (source.kind != EventKind::MappingStart) {
      complain("FL0003", "a merge key needs a mapping", place, "not a mapping");
      return;
    }
    if (alias_depth_ == 0) alias_span_ = place;
    ++alias_depth_;
    merge_members(index, depth, keys);
    --alias_depth_;
  }

  // Merges that add nothing must not be free: a chain of them grows like any alias.
  bool count_merge(SourceSpan place) {
    if (++alias_nodes_ <= options_.alias_nodes_max) return true;
    stop_aliases(alias_depth_ > 0 ? alias_span_ : place);
    return false;
  }

  void merge_members(uint32_t index, size_t depth, KeySet& keys) {
    std::vector<uint32_t> merges;
    for (uint32_t i = index + 1; i < events_[index].link && !stopped_;) {
      const auto& key = events_[i];
      const uint32_t value = after(i);
      if (key.kind == EventKind::Scalar && key.is_plain && key.text == "<<") {
        merges.push_back(value);
      } else if (key.kind == EventKind::Scalar && keys.insert(key.text, key.span) == nullptr) {
        builder_.key(key.text, key.span);
        node(value, depth + 1);
      } else if (!count_merge(key.span)) {
        return;
      }
      i = after(value);
    }
    for (size_t i = 0; i < merges.size() && !stopped_; ++i) merge(merges[i], depth + 1, keys);
  }

  uint32_t end_offset(uint32_t end) const {
    return events_[end].span.offset + events_[end].span.length;
  }

  void stop_aliases(SourceSpan place) {
    stop("FL0003", fmt::format("aliases expand to more than {} nodes", options_.alias_nodes_max),
         place, "expanded here");
  }

  Diagnostic& complain(std::string code, std::string message, SourceSpan span, std::string label) {
    Diagnostic d;
    d.code = std::move(code);
    d.message = std::move(message);
    d.file = file_;
    d.span = span;
    d.label = std::move(label);
    if (diagnostics_.size() >= kComplaints) stopped_ = true;
    return diagnostics_.emplace_back(std::move(d));
  }

  void stop(std::string code, std::string message, SourceSpan span, std::string label) {
    complain(std::move(code), std::move(message), span, std::move(label));
    stopped_ = true;
  }

  void duplicate(const Event& key, SourceSpan earlier) {
    // An alias may visit the same mapping many times; its keys are wrong once.
    if (alias_depth_ > 0) return;
    auto& d =
        complain("FL0002", fmt::format("duplicate key '{}'", key.text), key.span, "again here");
    d.secondary.push_back({earlier, "first here"});
  }

  const std::vector<Event>& events_;
  const SourceFilePtr& file_;
  const LoadOptions& options_;
  std::vector<Diagnostic>& diagnostics_;
  json::TreeBuilder builder_;
  SourceSpan alias_span_;
  size_t alias_depth_ = 0;
  size_t alias_nodes_ = 0;
  bool stopped_ = false;
};

// libfyaml ends its input at a NUL and replaces bad UTF-8 silently, so both are refused before.
std::optional<Diagnostic> check_bytes(const SourceFilePtr& file, const LoadOptions& options) {
  Diagnostic d;
  d.file = file;
  const auto text = file->text();
  if (text.size() > options.bytes_max) {
    d.code = "FL0004";
    d.message = fmt::format("the file has {} bytes, more than {}", text.size(), options.bytes_max);
    return d;
  }
  size_t at = 0;
  while (at < text.size()) {
    const size_t length = utf8_sequence_length(text.substr(at));
    if (length == 0 || text[at] == '\0') break;
    at += length;
  }
  if (at == text.size()) return std::nullopt;
  d.code = "FL0007";
  d.message = text[at] == '\0' ? "the text holds a NUL byte" : "the text is not UTF-8";
  d.span = {static_cast<uint32_t>(at), 1};
  d.label = fmt::format("byte 0x{:02X}", static_cast<unsigned char>(text[at]));
  return d;
}

}  // namespace

tl::expected<json::Document, std::vector<Diagnostic>> load(const SourceFilePtr& file,
                                                           const LoadOptions& options) {
  std::vector<Diagnostic> diagnostics;
  if (auto problem = check_bytes(file, options)) {
    diagnostics.push_back(std::move(*problem));
    return tl::unexpected(std::move(diagnostics));
  }
  const auto list = read_events(file, options, diagnostics);
  if (!diagnostics.empty()) return tl::unexpected(std::move(diagnostics));
  auto document = Expander(list, file, options, diagnostics).expand();
  if (!diagnostics.empty()) return tl::unexpected(std::move(diagnostics));
  return document;
}

}  // namespace faultline::yaml

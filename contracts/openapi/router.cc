// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/router.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace faultline::contracts::openapi {
namespace {

/// The shape of a segment without the names of its parameters.
std::string shape_of(const Segment& segment) {
  std::string shape;
  for (const auto& part : segment.parts) shape += part.is_parameter ? "{}" : part.text;
  return shape;
}

std::string_view text_of(const Segment& literal) noexcept {
  return literal.parts.empty() ? std::string_view() : literal.parts[0].text;
}

size_t literal_size(const Segment& segment) noexcept {
  size_t size = 0;
  for (const auto& part : segment.parts) size += part.is_parameter ? 0 : part.text.size();
  return size;
}

/// Whether one text could fit both.
bool may_overlap(const Segment& a, const Segment& b) {
  if (a.is_literal() && b.is_literal()) return text_of(a) == text_of(b);
  PathValues values;
  if (a.is_literal()) return b.match(text_of(a), values);
  if (b.is_literal()) return a.match(text_of(b), values);
  return true;
}

Result<Segment> parse_segment(std::string_view text) {
  Segment segment;
  while (!text.empty()) {
    const size_t open = text.find_first_of("{}");
    const std::string_view literal = text.substr(0, open);
    if (!literal.empty()) segment.parts.push_back({false, percent_decode(literal)});
    if (open == std::string_view::npos) break;
    const size_t close = text.find('}', open);
    if (text[open] == '}' || close == std::string_view::npos) {
      return fail(ErrorCode::ParseFailed, "braces do not match", ErrorSource::Input);
    }
    const std::string_view name = text.substr(open + 1, close - open - 1);
    if (name.empty() || name.find('{') != std::string_view::npos) {
      return fail(ErrorCode::ParseFailed, "a parameter has no name", ErrorSource::Input);
    }
    segment.parts.push_back({true, std::string(name)});
    text.remove_prefix(close + 1);
  }
  return segment;
}

}  // namespace

bool Segment::match(std::string_view raw, PathValues& values) const {
  if (is_literal()) return text_of(*this) == raw;
  const size_t kept = values.size();
  size_t at = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].is_parameter) {
      if (raw.substr(at, parts[i].text.size()) != parts[i].text) break;
      at += parts[i].text.size();
      continue;
    }
    // Up to the next text, at least one character; the last text must end the segment.
    const bool is_last = i + 1 == parts.size();
    const bool has_last_text = i + 2 == parts.size() && !parts[i + 1].is_parameter;
    size_t end = raw.size();
    if (has_last_text) {
      const std::string_view text = parts[i + 1].text;
      if (!raw.ends_with(text)) break;
      end = raw.size() - text.size();
    } else if (!is_last) {
      end = parts[i + 1].is_parameter ? at + 1 : raw.find(parts[i + 1].text, at + 1);
    }
    if (end == std::string_view::npos || end <= at || end > raw.size()) break;
    values.push_back(raw.substr(at, end - at));
    at = end;
  }
  const auto wanted = static_cast<size_t>(std::count_if(
      parts.begin(), parts.end(), [](const Part& part) { return part.is_parameter; }));
  if (at == raw.size() && values.size() == kept + wanted) return true;
  values.cut_to(kept);
  return false;
}

Result<std::vector<Segment>> parse_path_template(std::string_view path) {
  if (!path.starts_with('/')) {
    return fail(ErrorCode::ParseFailed, "a path begins with '/'", ErrorSource::Input);
  }
  std::vector<Segment> segments;
  for (const auto text : split(path.substr(1), '/')) {
    FL_TRY(Segment segment, parse_segment(text));
    segments.push_back(std::move(segment));
  }
  return segments;
}

bool is_ambiguous(const std::vector<Segment>& a, const std::vector<Segment>& b) {
  if (a.size() != b.size()) return false;
  bool a_wins = false;
  bool b_wins = false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!may_overlap(a[i], b[i])) return false;
    a_wins = a_wins || a[i].rank() < b[i].rank();
    b_wins = b_wins || b[i].rank() < a[i].rank();
  }
  return a_wins && b_wins;
}

struct Router::Node {
  struct Mixed {
    Segment segment;
    std::unique_ptr<Node> node;
  };
  struct Literal {
    std::string text;  // percent-decoded
    std::unique_ptr<Node> node;
  };
  std::vector<Literal> literals;  // in the order of precedes()
  std::vector<Mixed> mixed;       // the one with more text first
  std::unique_ptr<Node> parameter;
  std::optional<uint32_t> leaf;

  /// By length before text: that alone tells most of them apart.
  static bool precedes(const Literal& literal, std::string_view text) noexcept {
    return literal.text.size() != text.size() ? literal.text.size() < text.size()
                                              : literal.text < text;
  }
  [[nodiscard]] const Node* find_literal(std::string_view text) const noexcept {
    if (literals.size() <= 1) {
      return !literals.empty() && literals[0].text == text ? literals[0].node.get() : nullptr;
    }
    const auto at = std::lower_bound(literals.begin(), literals.end(), text, precedes);
    return at != literals.end() && at->text == text ? at->node.get() : nullptr;
  }
  std::unique_ptr<Node>& add_literal(std::string text) {
    auto at = std::lower_bound(literals.begin(), literals.end(), text, precedes);
    if (at == literals.end() || at->text != text) {
      at = literals.insert(at, {std::move(text), nullptr});
    }
    return at->node;
  }
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

uint32_t Router::add(const std::vector<Segment>& segments) {
  Node* at = root_.get();
  for (const Segment& segment : segments) {
    std::unique_ptr<Node>* next = nullptr;
    if (segment.is_literal()) {
      next = &at->add_literal(shape_of(segment));
    } else if (segment.is_parameter()) {
      next = &at->parameter;
    } else {
      const std::string shape = shape_of(segment);
      auto known = std::find_if(at->mixed.begin(), at->mixed.end(), [&](const Node::Mixed& mixed) {
        return shape_of(mixed.segment) == shape;
      });
      if (known == at->mixed.end()) {
        known = std::find_if(at->mixed.begin(), at->mixed.end(), [&](const Node::Mixed& mixed) {
          return literal_size(mixed.segment) < literal_size(segment);
        });
        known = at->mixed.insert(known, {segment, nullptr});
      }
      next = &known->node;
    }
    if (!*next) *next = std::make_unique<Node>();
    at = next->get();
  }
  if (!at->leaf) at->leaf = leaves_++;
  return *at->leaf;
}

/// One search: the way down from the root, and back where it was wrong.
template <typename Accepts>
class Router::Descent {
 public:
  Descent(bool is_encoded, Match& match, const Accepts& accepts)
      : is_encoded_(is_encoded), match_(match), accepts_(accepts) {}

  /// `rest` is what follows the slash of the first segment.
  bool descend(const Node* node, std::string_view rest) {
    while (true) {
      size_t slash = 0;
      while (slash < rest.size() && rest[slash] != '/') ++slash;
      const std::string_view raw = rest.substr(0, slash);
      const Node* next = find_literal(*node, raw);
      const bool has_choice = !node->mixed.empty() || (next != nullptr && node->parameter);
      if (has_choice) return choose(*node, next, rest, slash);
      if (next == nullptr) {
        if (!node->parameter || raw.empty()) return false;
        match_.values.push_back(raw);
        next = node->parameter.get();
      }
      if (slash == rest.size()) return arrive(*next);
      node = next;
      rest.remove_prefix(slash + 1);
    }
  }

 private:
  const Node* find_literal(const Node& node, std::string_view raw) const {
    return is_encoded_ ? node.find_literal(percent_decode(raw)) : node.find_literal(raw);
  }

  bool arrive(const Node& node) {
    if (!node.leaf || !accepts_(*node.leaf)) return false;
    match_.leaf = *node.leaf;
    return true;
  }

  /// Recurses as deep as the contract's paths are.
  bool enter(const Node& next, std::string_view rest, size_t slash) {
    return slash == rest.size() ? arrive(next) : descend(&next, rest.substr(slash + 1));
  }

  /// Where a segment may be more than one thing: the first that leads to the end.
  bool choose(const Node& node, const Node* literal, std::string_view rest, size_t slash) {
    const std::string_view raw = rest.substr(0, slash);
    const size_t kept = match_.values.size();
    if (literal != nullptr && enter(*literal, rest, slash)) return true;
    match_.values.cut_to(kept);
    for (const auto& mixed : node.mixed) {
      if (mixed.segment.match(raw, match_.values) && enter(*mixed.node, rest, slash)) return true;
      match_.values.cut_to(kept);
    }
    if (!node.parameter || raw.empty()) return false;
    match_.values.push_back(raw);
    return enter(*node.parameter, rest, slash);
  }

  const bool is_encoded_;
  Match& match_;
  const Accepts& accepts_;
};

bool Router::find(std::string_view path, bool is_encoded, Match& match) const {
  if (!path.starts_with('/')) return false;
  const auto all = [](uint32_t) { return true; };
  return Descent(is_encoded, match, all).descend(root_.get(), path.substr(1));
}

std::optional<Router::Match> Router::find(std::string_view path) const {
  Match match;
  if (!find(path, is_percent_encoded(path), match)) return std::nullopt;
  return match;
}

std::optional<Router::Match> Router::find_if(std::string_view path,
                                             const std::function<bool(uint32_t)>& accepts) const {
  if (!path.starts_with('/')) return std::nullopt;
  Match match;
  if (!Descent(is_percent_encoded(path), match, accepts).descend(root_.get(), path.substr(1))) {
    return std::nullopt;
  }
  return match;
}

}  // namespace faultline::contracts::openapi

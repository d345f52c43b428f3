// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/outline.h"

#include <algorithm>

namespace faultline::redaction {

Outline::Outline(const Expression& expression, RunSets& sets, size_t front_bytes)
    : front_(fronts_of(expression, front_bytes)), shortest_(least_length(expression)) {
  const auto first = fronts_of(expression, 1);
  begins_ = first.empty() ? ByteSet().set() : first.front();
  begins_none_ = sets.number_of(~begins_);
  const Ways ways = ways_of(expression, sets);
  for (const auto& way : ways) {
    sight_ = std::max(sight_, sight_of(way));
    is_exact_ = is_exact_ && !asks(way);
  }
  add(ways, 0, ways.size(), 0);
}

// The ways [first, last), which are the same up to `depth`. Those that go on alike lie side by
// side.
void Outline::add(const Ways& ways, size_t first, size_t last, size_t depth) {
  while (first < last) {
    const size_t number = nodes_.size();
    nodes_.emplace_back();
    if (depth == ways[first].size()) {
      ++first;
      nodes_[number].next = nodes_.size();
      continue;
    }
    const auto is_like = [&](size_t way, size_t at) {
      return at < ways[way].size() && ways[way][at] == ways[first][at];
    };
    size_t alike = first + 1;
    while (alike < last && is_like(alike, depth)) ++alike;
    const Step& step = ways[first][depth];
    size_t behind = depth + 1;
    Node node;
    node.set = static_cast<uint32_t>(step.set);
    node.least = step.least;
    node.most = step.most;
    switch (step.kind) {
      case Step::Kind::Byte: {
        node.kind = Node::Kind::Literal;
        node.literal = step.byte;
        // Bytes that all of them go on with are one literal.
        const auto all_go_on = [&] {
          if (behind == ways[first].size() || ways[first][behind].kind != Step::Kind::Byte) {
            return false;
          }
          for (size_t way = first; way < alike; ++way) {
            if (!is_like(way, behind)) return false;
          }
          return true;
        };
        while (all_go_on()) node.literal += ways[first][behind++].byte;
        break;
      }
      case Step::Kind::Run:
        node.kind = Node::Kind::Run;
        break;
      case Step::Kind::Open:
        node.kind = Node::Kind::Open;
        break;
      case Step::Kind::Close:
        node.kind = Node::Kind::Close;
        break;
      case Step::Kind::Ask:
        node.kind = Node::Kind::Ask;
        break;
    }
    nodes_[number] = std::move(node);
    if (step.kind != Step::Kind::Ask) add(ways, first, alike, behind);
    nodes_[number].next = nodes_.size();
    first = alike;
  }
}

Outline::Answer Outline::match(Runs& runs, Range window, Range& whole, Range& value) const {
  if (window.size() < shortest_) return Answer::None;
  const char* const text = runs.text().data() + window.begin;
  for (size_t i = 0; i < front_.size(); ++i) {
    if (!front_[i][byte_index(text[i])]) return Answer::None;
  }
  Range group;
  const Answer answer = walk(0, nodes_.size(), runs, window.begin, window, whole, group);
  value = group.end > group.begin ? group : whole;
  return answer;
}

Outline::Answer Outline::walk(size_t first, size_t last, Runs& runs, size_t at, Range window,
                              Range& whole, Range& group) const {
  for (size_t number = first; number < last; number = nodes_[number].next) {
    const Node& node = nodes_[number];
    size_t behind = at;
    switch (node.kind) {
      case Node::Kind::Literal:
        if (window.end - at < node.literal.size() || runs.text()[at] != node.literal.front() ||
            runs.text().substr(at, node.literal.size()) != node.literal) {
          continue;
        }
        behind += node.literal.size();
        break;
      case Node::Kind::Run: {
        const size_t length = runs.length(node.set, at, std::min(node.most, window.end - at));
        if (length < node.least) continue;
        behind += length;
        break;
      }
      case Node::Kind::Open:
        group.begin = at;
        break;
      case Node::Kind::Close:
        group.end = at;
        break;
      case Node::Kind::Ask:
        return Answer::Ask;
      case Node::Kind::End:
        whole = {window.begin, at};
        return Answer::Match;
    }
    const Answer answer = walk(number + 1, node.next, runs, behind, window, whole, group);
    if (answer != Answer::None) return answer;
  }
  return Answer::None;
}

}  // namespace faultline::redaction

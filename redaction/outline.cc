// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/outline.h"

#include <algorithm>

namespace faultline::redaction {

Outline::Outline(const Expression& expression, RunSets& sets, Range known, size_t sampled)
    : shortest_(least_length(expression)) {
  const auto fronts = fronts_of(expression, shortest_);
  begins_ = fronts.empty() ? ByteSet().set() : fronts.front();
  for (size_t at = 0; at < fronts.size(); ++at) {
    if (at < known.begin || at >= known.end) samples_.push_back({at, fronts[at]});
  }
  // The fewer bytes a place takes the more texts end there; of equal ones the nearest.
  std::stable_sort(samples_.begin(), samples_.end(), [](const Sample& a, const Sample& b) {
    return a.bytes.count() < b.bytes.count();
  });
  samples_.resize(std::min(samples_.size(), sampled));
  begins_none_ = sets.number_of(~begins_);
  const Ways ways = ways_of(expression, sets);
  last_run_ = last_run_of(ways);
  for (const auto& way : ways) {
    sight_ = std::max(sight_, sight_of(way));
    is_exact_ = is_exact_ && !asks(way);
  }
  add(ways, 0, ways.size(), 0);
}

Outline::LastRun Outline::last_run_of(const Ways& ways) {
  LastRun last;
  if (ways.size() != 1) return last;
  for (const Step& step : ways.front()) {
    if (step.kind == Step::Kind::Open || step.kind == Step::Kind::Close) continue;
    if (step.kind == Step::Kind::Ask || last.most > 0) return {};
    const bool is_fixed = step.kind == Step::Kind::Byte || step.least == step.most;
    if (is_fixed) {
      last.at += step.least;
    } else if (step.most != Expression::kOpen) {
      last.set = step.set;
      last.most = step.most;
    } else {
      return {};
    }
  }
  return last;
}

// What the ways [first, last) have in common at `depth`, and behind it when that is a literal.
Outline::Node Outline::node_of(const Ways& ways, size_t first, size_t last, size_t& depth) {
  const Way& way = ways[first];
  const Step& step = way[depth++];
  Node node;
  switch (step.kind) {
    case Step::Kind::Byte: {
      node.kind = Node::Kind::Literal;
      node.first = step.byte;
      node.letters = static_cast<uint32_t>(letters_.size());
      letters_ += step.byte;
      const auto all_go_on = [&] {
        if (depth == way.size() || way[depth].kind != Step::Kind::Byte) return false;
        return std::all_of(ways.begin() + static_cast<ptrdiff_t>(first),
                           ways.begin() + static_cast<ptrdiff_t>(last), [&](const Way& other) {
                             return depth < other.size() && other[depth] == way[depth];
                           });
      };
      while (all_go_on()) letters_ += way[depth++].byte;
      node.size = static_cast<uint32_t>(letters_.size()) - node.letters;
      break;
    }
    case Step::Kind::Run:
      node.kind = step.least == 1 && step.most == 1 ? Node::Kind::OneOf : Node::Kind::Run;
      node.set = static_cast<uint16_t>(step.set);
      node.least = static_cast<uint32_t>(step.least);
      node.most = static_cast<uint32_t>(std::min<size_t>(step.most, UINT32_MAX));
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
  return node;
}

// The ways [first, last), which are the same up to `depth`. Those that go on alike lie side by
// side.
void Outline::add(const Ways& ways, size_t first, size_t last, size_t depth) {
  while (first < last) {
    const size_t number = nodes_.size();
    nodes_.emplace_back();
    size_t alike = first + 1;
    if (depth < ways[first].size()) {
      while (alike < last && depth < ways[alike].size() &&
             ways[alike][depth] == ways[first][depth]) {
        ++alike;
      }
      size_t behind = depth;
      nodes_[number] = node_of(ways, first, alike, behind);
      if (nodes_[number].kind != Node::Kind::Ask) add(ways, first, alike, behind);
    }
    nodes_[number].next = static_cast<uint32_t>(nodes_.size());
    first = alike;
  }
}

struct Outline::Walk {
  const Node* const nodes;
  const char* const letters;
  const char* const text;
  const size_t end;  // of the window
  Runs& runs;
  size_t stop = 0;
  Range group;

  // Tries the nodes [first, last), which may stand at `at`, and what follows each.
  Answer go(const Node* first, const Node* last, size_t at) {
    while (first < last) {
      const Node& node = *first;
      // One of several literals, mostly another one.
      if (node.kind == Node::Kind::Literal && (at >= end || text[at] != node.first)) {
        first = nodes + node.next;
        continue;
      }
      const size_t behind = behind_of(node, at);
      if (behind == kNowhere) {
        if (node.kind == Node::Kind::Ask) return Answer::Ask;
        first = nodes + node.next;
        continue;
      }
      if (node.kind == Node::Kind::End) {
        stop = at;
        return Answer::Match;
      }
      if (nodes + node.next == last) {
        // Nothing else to try when this one leads nowhere.
        ++first;
        at = behind;
        continue;
      }
      const Answer answer = go(first + 1, nodes + node.next, behind);
      if (answer != Answer::None) return answer;
      first = nodes + node.next;
    }
    return Answer::None;
  }

  static constexpr size_t kNowhere = SIZE_MAX;
  size_t behind_of(const Node& node, size_t at) {
    switch (node.kind) {
      case Node::Kind::Literal: {
        const char* const wanted = letters + node.letters;
        if (end - at < node.size) return kNowhere;
        for (size_t i = 1; i < node.size; ++i) {
          if (text[at + i] != wanted[i]) return kNowhere;
        }
        return at + node.size;
      }
      case Node::Kind::OneOf:
        return at < end && runs.is_in(node.set, text[at]) ? at + 1 : kNowhere;
      case Node::Kind::Run: {
        const size_t length = runs.length(node.set, at, std::min<size_t>(node.most, end - at));
        return length >= node.least ? at + length : kNowhere;
      }
      case Node::Kind::Open:
        group.begin = at;
        return at;
      case Node::Kind::Close:
        group.end = at;
        return at;
      case Node::Kind::End:
        return at;
      case Node::Kind::Ask:
        break;
    }
    return kNowhere;
  }
};

Outline::Answer Outline::walk(Runs& runs, Range window, Range& whole, Range& value) const {
  Walk walk{nodes_.data(), letters_.data(), runs.text().data(), window.end, runs, 0, {}};
  const Answer answer = walk.go(nodes_.data(), nodes_.data() + nodes_.size(), window.begin);
  if (answer != Answer::Match) return answer;
  whole = {window.begin, walk.stop};
  value = walk.group.end > walk.group.begin ? walk.group : whole;
  return answer;
}

}  // namespace faultline::redaction

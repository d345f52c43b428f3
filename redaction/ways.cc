// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/ways.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace faultline::redaction {
namespace {

// A repeat that could end at several places is several ways, if they are no more than these.
constexpr size_t kCountsMax = 16;
constexpr size_t kWaysMax = 64;
constexpr size_t kNeedsMax = 63;

// What may stand behind a part: the first byte of the rest, or nothing at all.
struct Follow {
  ByteSet bytes;
  bool may_end = true;
};

Follow first_of(const Expression& part, const Follow& follow) {
  switch (part.kind) {
    case Expression::Kind::Bytes:
      return {part.bytes, false};
    case Expression::Kind::Sequence: {
      Follow first = follow;
      for (auto each = part.parts.rbegin(); each != part.parts.rend(); ++each) {
        first = first_of(*each, first);
      }
      return first;
    }
    case Expression::Kind::Choice: {
      Follow first{{}, false};
      for (const auto& each : part.parts) {
        const Follow one = first_of(each, follow);
        first.bytes |= one.bytes;
        first.may_end = first.may_end || one.may_end;
      }
      return first;
    }
    case Expression::Kind::Repeat: {
      Follow first = first_of(part.parts.front(), follow);
      if (part.least > 0) return first;
      first.bytes |= follow.bytes;
      first.may_end = first.may_end || follow.may_end;
      return first;
    }
  }
  return follow;
}

Step ask() {
  Step step;
  step.kind = Step::Kind::Ask;
  return step;
}

// Writes an expression as its ways, in the order in which a backtracking search would try them,
// which is the order that RE2 prefers matches in. Decisions are made from left to right, so the
// ways of what comes first vary last.
class WayFinder {
 public:
  explicit WayFinder(RunSets& sets) : sets_(sets) {}

  // None when there are too many.
  std::optional<Ways> ways_of(const Expression& part, const Follow& follow) {
    auto ways = plain_ways_of(part, follow);
    if (!ways || !part.captures) return ways;
    for (auto& way : *ways) {
      way.insert(way.begin(), mark(Step::Kind::Open));
      if (!asks(way)) way.push_back(mark(Step::Kind::Close));
    }
    return ways;
  }

 private:
  static Step mark(Step::Kind kind) {
    Step step;
    step.kind = kind;
    return step;
  }

  std::optional<Ways> plain_ways_of(const Expression& part, const Follow& follow) {
    switch (part.kind) {
      case Expression::Kind::Bytes:
        return Ways{Way{run(part.bytes, 1, 1)}};
      case Expression::Kind::Sequence:
        return sequence(part, follow);
      case Expression::Kind::Choice: {
        Ways all;
        for (const auto& each : part.parts) {
          auto ways = ways_of(each, follow);
          if (!ways) return std::nullopt;
          std::move(ways->begin(), ways->end(), std::back_inserter(all));
        }
        return within_bounds(std::move(all));
      }
      case Expression::Kind::Repeat:
        return part.parts.front().kind == Expression::Kind::Bytes ? run_repeat(part, follow)
                                                                  : repeat(part, follow, 0);
    }
    return std::nullopt;
  }

  Step run(const ByteSet& bytes, size_t least, size_t most) {
    Step step;
    step.least = least;
    step.most = most;
    if (bytes.count() == 1 && least == 1 && most == 1) {
      step.kind = Step::Kind::Byte;
      size_t byte = 0;
      while (!bytes[byte]) ++byte;
      step.byte = static_cast<char>(byte);
    } else {
      step.set = sets_.number_of(bytes);
    }
    return step;
  }

  static std::optional<Ways> within_bounds(Ways ways) {
    return ways.size() <= kWaysMax ? std::optional(std::move(ways)) : std::nullopt;
  }

  // Each of `fronts` with each of `rests` behind it; behind a question nothing counts.
  static std::optional<Ways> joined(const Ways& fronts, const Ways& rests) {
    Ways all;
    for (const auto& front : fronts) {
      if (asks(front)) {
        all.push_back(front);
        continue;
      }
      for (const auto& rest : rests) {
        all.push_back(front);
        all.back().insert(all.back().end(), rest.begin(), rest.end());
      }
    }
    return within_bounds(std::move(all));
  }

  std::optional<Ways> sequence(const Expression& part, const Follow& follow) {
    std::optional<Ways> rests = Ways{Way{}};
    Follow behind = follow;
    for (auto each = part.parts.rbegin(); each != part.parts.rend() && rests; ++each) {
      const auto fronts = ways_of(*each, behind);
      rests = fronts ? joined(*fronts, *rests) : std::nullopt;
      if (fronts && is_run(*each) && asks(fronts->back())) {
        rests = Ways{needs(part, static_cast<size_t>(part.parts.rend() - each) - 1)};
      }
      behind = first_of(*each, behind);
    }
    return rests;
  }

  static bool is_run(const Expression& part) {
    return part.kind == Expression::Kind::Repeat &&
           part.parts.front().kind == Expression::Kind::Bytes;
  }

  // What RE2 is asked about from the part `first` on holds at least these bytes.
  Way needs(const Expression& sequence, size_t first) {
    Expression rest;
    rest.parts.assign(sequence.parts.begin() + static_cast<ptrdiff_t>(first), sequence.parts.end());
    Way way;
    ByteSet before;
    for (const auto& bytes : fronts_of(rest, kNeedsMax)) {
      if (!way.empty() && bytes == before) {
        ++way.back().least;
        ++way.back().most;
      } else {
        way.push_back(run(bytes, 1, 1));
        way.back().kind = Step::Kind::Run;
        way.back().set = sets_.number_of(bytes);
      }
      before = bytes;
    }
    way.push_back(ask());
    return way;
  }

  // A run of one set has one end when what must follow is none of it, or nothing has to: then it
  // takes what there is.
  std::optional<Ways> run_repeat(const Expression& part, const Follow& follow) {
    const ByteSet& bytes = part.parts.front().bytes;
    if (part.least == part.most) return Ways{Way{run(bytes, part.least, part.most)}};
    const bool has_one_end = (bytes & follow.bytes).none() && !follow.may_end;
    if (has_one_end || (follow.may_end && !part.is_lazy)) {
      return Ways{Way{run(bytes, part.least, part.most)}};
    }
    Ways ways;
    if (part.most - part.least >= kCountsMax || part.is_lazy) {
      Way way;
      if (part.least > 0) way.push_back(run(bytes, part.least, part.least));
      way.push_back(ask());
      return Ways{std::move(way)};
    }
    for (size_t count = part.most + 1; count-- > part.least;) {
      ways.emplace_back();
      if (count > 0) ways.back().push_back(run(bytes, count, count));
    }
    return ways;
  }

  // `done` of them lie behind us; another one is tried before none.
  std::optional<Ways> repeat(const Expression& part, const Follow& follow, size_t done) {
    if (done == part.most) return Ways{Way{}};
    if (done >= kCountsMax || (part.is_lazy && done >= part.least)) return Ways{Way{ask()}};
    Expression rest = part;
    rest.least = done + 1 < part.least ? part.least - done - 1 : 0;
    rest.most = part.most == Expression::kOpen ? part.most : part.most - done - 1;
    const Follow behind = rest.most == 0 ? follow : first_of(rest, follow);
    const auto fronts = ways_of(part.parts.front(), behind);
    const auto rests = repeat(part, follow, done + 1);
    auto ways = fronts && rests ? joined(*fronts, *rests) : std::nullopt;
    if (ways && done >= part.least) ways->emplace_back();
    return ways;
  }

  RunSets& sets_;
};

}  // namespace

size_t RunSets::number_of(const ByteSet& bytes) {
  const auto at = std::find(sets_.begin(), sets_.end(), bytes);
  const auto number = static_cast<size_t>(at - sets_.begin());
  if (at != sets_.end()) return number;
  sets_.push_back(bytes);
  ByteTable& table = tables_.emplace_back();
  for (size_t byte = 0; byte < table.size(); ++byte) table[byte] = bytes[byte];
  return number;
}

Ways ways_of(const Expression& expression, RunSets& sets) {
  return WayFinder(sets).ways_of(expression, {}).value_or(Ways{Way{ask()}});
}

bool asks(const Way& way) { return !way.empty() && way.back().kind == Step::Kind::Ask; }

size_t sight_of(const Way& way) {
  size_t length = 0;
  for (size_t i = 0; i < way.size(); ++i) {
    const Step& step = way[i];
    const bool is_last =
        std::all_of(way.begin() + static_cast<ptrdiff_t>(i) + 1, way.end(), [](const Step& later) {
          return later.kind == Step::Kind::Open || later.kind == Step::Kind::Close;
        });
    if (step.kind == Step::Kind::Ask) return Expression::kOpen;
    if (step.kind == Step::Kind::Byte) ++length;
    if (step.kind != Step::Kind::Run) continue;
    if (step.most == Expression::kOpen && !is_last) return Expression::kOpen;
    length += is_last ? step.least : step.most;
  }
  return length;
}

}  // namespace faultline::redaction

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/sim/sim_link.h"

#include <algorithm>
#include <utility>

namespace faultline::sim {

SimLink::SimLink(SimReactor& reactor, const LinkShape& shape, fakes::Draws draws)
    : reactor_(reactor), shape_(shape), draws_(draws) {}

template <typename Call>
void SimLink::travel(End end, Call call) {
  Way& way = way_to(end);
  const int64_t now = reactor_.clock().now().ns;
  const auto latency = static_cast<int64_t>(
      draws_.between(uint64_t(shape_.latency_min.count()), uint64_t(shape_.latency_max.count())));
  way.last_arrival = std::max(way.last_arrival, now + latency);
  reactor_.at(
      Duration(way.last_arrival - now),
      [self = shared_from_this(), end, call = std::move(call)]() mutable { call(*self, end); });
}

bool SimLink::is_writable(End from) const noexcept {
  const Way& way = way_to(other(from));
  return way.in_flight + way.unread() < shape_.capacity;
}

size_t SimLink::offer(End from, std::string_view bytes) {
  const End to = other(from);
  Way& way = way_to(to);
  if (ends_[index(from)].is_gone || is_broken(from) || way.is_fin_sent) return 0;
  size_t count = std::min(
      bytes.size(), shape_.capacity - std::min(shape_.capacity, way.in_flight + way.unread()));
  if (count > 1 && draws_.percent(shape_.tiny_percent)) count = draws_.between(1, count);
  if (count < bytes.size()) {
    way.is_writer_waiting = true;
    if (is_writable(from)) travel(from, [from](SimLink& link, End) { link.wake_writer(from); });
  }
  if (count == 0) return 0;
  way.in_flight += count;
  way.bytes_taken += count;
  travel(to, [piece = std::string(bytes.substr(0, count))](SimLink& link, End end) mutable {
    link.arrive(end, std::move(piece));
  });
  return count;
}

void SimLink::arrive(End end, std::string bytes) {
  Way& way = way_to(end);
  way.in_flight -= bytes.size();
  if (ends_[index(end)].is_gone) {
    // A closed socket answers data with RST.
    break_off(end);
    return;
  }
  way.arrived.erase(0, std::exchange(way.read_at, 0));
  way.arrived += bytes;
  wake_reader(end);
}

void SimLink::finish(End from) {
  const End to = other(from);
  Way& way = way_to(to);
  if (std::exchange(way.is_fin_sent, true) || is_broken(from)) return;
  travel(to, [](SimLink& link, End end) {
    link.way_to(end).has_fin = true;
    link.wake_reader(end);
  });
}

void SimLink::abandon(End from) {
  if (ends_[index(from)].is_gone) return;
  if (way_to(from).unread() > 0) {
    break_off(from);
    return;
  }
  finish(from);
  ends_[index(from)].is_gone = true;
}

void SimLink::break_off(End from) {
  ends_[index(from)].is_gone = true;
  way_to(from).arrived.clear();
  way_to(from).read_at = 0;
  travel(other(from), [](SimLink& link, End end) {
    if (link.ends_[index(end)].is_gone || link.is_broken(end)) return;
    link.ends_[index(end)].is_broken = true;
    // The kernel may still give what came before, or not.
    if (link.draws_.one_in(2)) {
      link.way_to(end).arrived.clear();
      link.way_to(end).read_at = 0;
    }
    link.wake_reader(end);
  });
}

std::string_view SimLink::next_read(End at) {
  const Way& way = way_to(at);
  size_t count = std::min(way.unread(), shape_.read_max);
  if (count > 1) {
    if (draws_.percent(shape_.tiny_percent)) {
      count = draws_.between(1, std::min<size_t>(count, 7));
    } else if (draws_.one_in(4)) {
      count = draws_.between(1, count);
    }
  }
  return std::string_view(way.arrived).substr(way.read_at, count);
}

void SimLink::consume(End at, size_t bytes) {
  Way& way = way_to(at);
  way.read_at += bytes;
  way.bytes_read += bytes;
  if (!way.is_writer_waiting) return;
  const End writer = other(at);
  travel(writer, [writer](SimLink& link, End) { link.wake_writer(writer); });
}

bool SimLink::has_bytes(End at) const noexcept { return way_to(at).unread() > 0; }

bool SimLink::is_at_end(End at) const noexcept {
  return way_to(at).has_fin && way_to(at).unread() == 0;
}

void SimLink::wake_reader(End end) {
  if (LinkEvents* const events = ends_[index(end)].events) events->on_readable();
}

void SimLink::wake_writer(End from) {
  Way& way = way_to(other(from));
  if (!way.is_writer_waiting || !is_writable(from)) return;
  way.is_writer_waiting = false;
  if (LinkEvents* const events = ends_[index(from)].events) events->on_room();
}

}  // namespace faultline::sim

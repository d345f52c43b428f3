// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/sim/sim_peer.h"

#include <algorithm>
#include <utility>

namespace faultline::sim {

SimPeer::SimPeer(SimReactor& reactor, std::shared_ptr<SimLink> link, PeerEvents& events,
                 ReadPace pace)
    : reactor_(reactor),
      link_(std::move(link)),
      events_(events),
      pace_(pace),
      self_(std::make_shared<SimPeer*>(this)) {
  link_->set_events(End::Far, this);
}

SimPeer::~SimPeer() {
  *self_ = nullptr;
  link_->set_events(End::Far, nullptr);
  if (!is_over_) link_->abandon(End::Far);
}

void SimPeer::send(std::string_view bytes) {
  if (is_over_ || is_fin_due_) return;
  unsent_ += bytes;
  push();
}

void SimPeer::push() {
  if (is_over_) return;
  while (!unsent_.empty()) {
    const size_t count = link_->offer(End::Far, unsent_);
    const bool is_cut = count < unsent_.size();
    unsent_.erase(0, count);
    if (is_cut) return;
  }
  if (is_fin_due_) link_->finish(End::Far);
}

void SimPeer::shutdown() {
  if (is_over_ || std::exchange(is_fin_due_, true)) return;
  push();
}

void SimPeer::close() {
  if (std::exchange(is_over_, true)) return;
  link_->abandon(End::Far);
}

void SimPeer::reset() {
  if (std::exchange(is_over_, true)) return;
  link_->break_off(End::Far);
}

void SimPeer::read_later(Duration delay) {
  // A connection that breaks is noticed even by a peer that never reads.
  const bool may_read = pace_.bytes > 0 || link_->is_broken(End::Far);
  if (is_over_ || is_read_due_ || !may_read) return;
  is_read_due_ = true;
  reactor_.at(delay, [self = self_] {
    if (*self != nullptr) (*self)->read();
  });
}

void SimPeer::read() {
  is_read_due_ = false;
  if (is_over_) return;
  if (link_->has_bytes(End::Far) && pace_.bytes > 0) {
    const std::string bytes(link_->next_read(End::Far).substr(0, pace_.bytes));
    link_->consume(End::Far, bytes.size());
    const auto self = self_;
    events_.on_bytes(bytes);
    if (*self == nullptr || is_over_) return;
    read_later(pace_.rest);
    return;
  }
  if (link_->is_broken(End::Far)) {
    is_over_ = true;
    events_.on_reset();
  } else if (link_->is_at_end(End::Far) && !std::exchange(has_seen_fin_, true)) {
    events_.on_fin();
  }
}

}  // namespace faultline::sim

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/server/upstream_pool.h"

#include <algorithm>
#include <utility>

namespace faultline::server {

UpstreamPool::UpstreamPool(io::Reactor& loop, WorkerStats& stats) : loop_(loop), stats_(stats) {}

UpstreamPool::~UpstreamPool() { close_all(); }

std::unique_ptr<UpstreamConnection> UpstreamPool::take_idle(const HostPort& address) {
  for (size_t i = idle_.size(); i > 0; --i) {
    if (!(idle_[i - 1]->address() == address)) continue;
    auto connection = std::move(idle_[i - 1]);
    idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(i - 1));
    connection->set_idle_owner(nullptr);
    ++stats_.upstream_reuses;
    return connection;
  }
  return nullptr;
}

std::unique_ptr<io::Connector> UpstreamPool::connect(const HostPort& address, Duration timeout,
                                                     ConnectCallback on_done) {
  ++stats_.upstream_connects;
  return loop_.connect(
      address, timeout,
      [this, address, on_done = std::move(on_done)](Result<std::unique_ptr<io::Stream>> stream) {
        if (!stream) {
          on_done(fail(std::move(stream.error())));
          return;
        }
        auto connection =
            std::make_unique<UpstreamConnection>(std::move(*stream), loop_.blocks(), loop_);
        connection->set_address(address);
        on_done(std::move(connection));
      });
}

void UpstreamPool::give_back(std::unique_ptr<UpstreamConnection> connection, MonoTime now) {
  connection->detach();
  if (!connection->is_reusable()) {
    UpstreamConnection::dispose(std::move(connection));
    return;
  }
  if (idle_.size() == limits::kPoolIdlePerWorker) {
    UpstreamConnection::dispose(std::move(idle_.front()));
    idle_.erase(idle_.begin());
  }
  connection->set_idle_since(now);
  connection->set_idle_owner(this);
  idle_.push_back(std::move(connection));
  if (!sweep_timer_.is_pending()) {
    sweep_timer_ = loop_.call_after(limits::kKeepAliveTimeout, [this] { sweep(); });
  }
}

void UpstreamPool::on_idle_lost(UpstreamConnection& connection, bool spoke) {
  if (spoke) stats_.count_error("upstream", "unsolicited_bytes");
  const auto found = std::find_if(idle_.begin(), idle_.end(),
                                  [&](const auto& idle) { return idle.get() == &connection; });
  if (found == idle_.end()) return;
  auto owned = std::move(*found);
  idle_.erase(found);
  UpstreamConnection::dispose(std::move(owned));
}

void UpstreamPool::sweep() {
  const MonoTime now = loop_.clock().now();
  while (!idle_.empty() && now - idle_.front()->idle_since() >= limits::kKeepAliveTimeout) {
    UpstreamConnection::dispose(std::move(idle_.front()));
    idle_.erase(idle_.begin());
  }
  if (idle_.empty()) return;
  const Duration age = now - idle_.front()->idle_since();
  sweep_timer_ = loop_.call_after(limits::kKeepAliveTimeout - age, [this] { sweep(); });
}

void UpstreamPool::close_all() {
  for (auto& idle : idle_) UpstreamConnection::dispose(std::move(idle));
  idle_.clear();
  sweep_timer_.cancel();
}

}  // namespace faultline::server

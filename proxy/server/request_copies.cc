// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/server/request_copies.h"

#include "proxy/base/limits.h"

#include <algorithm>
#include <utility>

namespace faultline::server {

class RequestCopies::Copy final : public UpstreamUser {
 public:
  Copy(RequestCopies& owner, io::Reactor& loop, Order order)
      : owner_(owner), loop_(loop), order_(std::move(order)) {
    timer_ = loop_.call_after(order_.gap, [this] { dial(); }, true);
  }
  ~Copy() override { drop(); }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;

  void on_upstream_head(http::ResponseHead&& head) override { is_interim_ = head.is_interim(); }
  void on_upstream_body(http::BodyPart /*part*/) override {}
  void on_upstream_message_end() override { is_complete_ = !std::exchange(is_interim_, false); }
  void on_upstream_turn_end() override {
    if (is_complete_) finish();
  }
  void on_upstream_lost(const Error* /*error*/, const http::Rejection* /*why*/) override {
    finish();
  }
  void on_upstream_drained() override {}

 private:
  void dial() {
    connector_ = loop_.connect(
        order_.upstream, order_.connect_timeout,
        [this](Result<std::unique_ptr<io::Stream>> stream) { on_dialled(std::move(stream)); });
  }
  void on_dialled(Result<std::unique_ptr<io::Stream>> stream) {
    if (!stream) {
      finish();
      return;
    }
    connection_ = std::make_unique<UpstreamConnection>(std::move(*stream), loop_.blocks(), loop_);
    connection_->attach(*this, order_.is_head_request, false);
    timer_ = loop_.call_after(order_.answer_timeout, [this] { finish(); });
    connection_->write(std::move(order_.request));
  }
  void drop() {
    if (connection_) UpstreamConnection::dispose(std::move(connection_));
  }
  // Inside a callback of the connector or the connection: both must unwind first.
  void finish() {
    if (std::exchange(is_over_, true)) return;
    drop();
    owner_.remove(*this);
  }

  RequestCopies& owner_;
  io::Reactor& loop_;
  Order order_;
  TimerHandle timer_;
  std::unique_ptr<io::Connector> connector_;
  std::unique_ptr<UpstreamConnection> connection_;
  bool is_interim_ = false;
  bool is_complete_ = false;
  bool is_over_ = false;
  friend class RequestCopies;
};

RequestCopies::RequestCopies() = default;
RequestCopies::~RequestCopies() = default;

bool RequestCopies::send(io::Reactor& loop, Order order) {
  if (copies_.size() >= limits::kPendingConnects) return false;
  copies_.push_back(std::make_unique<Copy>(*this, loop, std::move(order)));
  return true;
}

void RequestCopies::remove(const Copy& copy) {
  const auto found = std::find_if(copies_.begin(), copies_.end(),
                                  [&copy](const auto& one) { return one.get() == &copy; });
  if (found == copies_.end()) return;
  Scheduler& scheduler = (*found)->loop_;
  defer_delete(scheduler, std::move(*found));
  copies_.erase(found);
}

}  // namespace faultline::server

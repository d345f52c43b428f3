// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/demo/shop.h"

#include "proxy/http/h1_codec.h"
#include "proxy/io/loop.h"

#include <map>
#include <thread>
#include <utility>

namespace faultline::cli::demo {
namespace {

/// One client of the shop. Answers each request when it is complete; destroyed by its owner after
/// `on_over`.
class ShopSession final : public io::StreamEvents, private http::MessageEvents<http::RequestHead> {
 public:
  ShopSession(io::Loop& loop, ShopDesk& desk, std::unique_ptr<io::Stream> stream,
              std::function<void(ShopSession&)> on_over)
      : blocks_(loop.blocks()),
        desk_(desk),
        stream_(std::move(stream)),
        on_over_(std::move(on_over)),
        parser_(loop.blocks(), *this) {
    stream_->set_events(*this);
    stream_->start();
  }

  void on_data(buffer::Slice bytes) override {
    auto state = parser_.feed(std::move(bytes));
    while (state == http::FeedState::MessageEnd || state == http::FeedState::Upgraded) {
      buffer::Chain answer;
      answer.append(blocks_.copy(desk_.answer(method_, target_)));
      stream_->write(std::move(answer));
      if (!keep_alive_) {
        stream_->shutdown();
        return;
      }
      state = parser_.resume();
    }
    if (state == http::FeedState::Rejected) stream_->close();
  }
  void on_end() override { stream_->close(); }
  void on_closed(const Error* /*error*/) override { on_over_(*this); }

 private:
  void on_head(http::RequestHead&& head) override {
    method_ = head.method;
    target_ = head.target;
    keep_alive_ = head.keep_alive;
  }
  void on_body(http::BodyPart /*part*/) override {}
  void on_message_end(const http::Fields& /*trailers*/) override {}

  buffer::BlockPool& blocks_;
  ShopDesk& desk_;
  std::unique_ptr<io::Stream> stream_;
  std::function<void(ShopSession&)> on_over_;
  http::H1RequestParser parser_;
  std::string method_;
  std::string target_;
  bool keep_alive_ = true;
};

}  // namespace

struct Shop::Impl {
  Impl(const Clock& clock, const PersonalData& people) : desk(people), loop(clock) {}

  void accept(std::unique_ptr<io::Stream> stream) {
    auto session =
        std::make_unique<ShopSession>(loop, desk, std::move(stream), [this](ShopSession& over) {
          const auto found = sessions.find(&over);
          if (found == sessions.end()) return;
          defer_delete(loop, std::move(found->second));
          sessions.erase(found);
        });
    ShopSession* const key = session.get();
    sessions.emplace(key, std::move(session));
  }

  ShopDesk desk;
  io::Loop loop;
  std::unique_ptr<io::Listener> listener;
  std::map<ShopSession*, std::unique_ptr<ShopSession>> sessions;
  std::thread thread;
};

Shop::Shop(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<Shop>> Shop::start(const Clock& clock, const PersonalData& people) {
  std::unique_ptr<Shop> shop(new Shop(std::make_unique<Impl>(clock, people)));
  Impl& impl = *shop->impl_;
  FL_TRY(impl.listener, impl.loop.listen({"127.0.0.1", 0},
                                         [&impl](auto stream) { impl.accept(std::move(stream)); }));
  impl.thread = std::thread([&impl] { impl.loop.run(); });
  return shop;
}

Shop::~Shop() {
  impl_->loop.stop();
  if (impl_->thread.joinable()) impl_->thread.join();
}

HostPort Shop::address() const { return impl_->listener->address(); }

}  // namespace faultline::cli::demo

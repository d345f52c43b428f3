// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/cli/demo/client.h"

#include "proxy/base/text.h"
#include "proxy/http/h1_codec.h"
#include "proxy/io/loop.h"

#include <fmt/core.h>

#include <algorithm>
#include <deque>
#include <thread>
#include <utility>

namespace faultline::cli::demo {
namespace {

constexpr Duration kConnectTimeout = std::chrono::seconds(2);
constexpr Duration kAnswerTimeout = std::chrono::seconds(5);

class ScriptWriter {
 public:
  explicit ScriptWriter(const PersonalData& people) : people_(people) {}

  void add(std::string_view method, std::string_view target, const std::string& body = "") {
    const Customer& customer = people_.customers.front();
    std::string text = fmt::format(
        "{} {} HTTP/1.1\r\nHost: shop\r\nUser-Agent: demo-client\r\nAccept: application/json\r\n"
        "Authorization: Bearer {}\r\nCookie: session={}; theme=dark\r\nX-Api-Key: {}\r\n",
        method, target, customer.token, people_.session, people_.api_key);
    if (!body.empty()) {
      text += fmt::format("Content-Type: application/json\r\nContent-Length: {}\r\n", body.size());
    }
    requests_.push_back(text + "\r\n" + body);
  }
  [[nodiscard]] std::vector<std::string> take() { return std::move(requests_); }

 private:
  const PersonalData& people_;
  std::vector<std::string> requests_;
};

/// Hears how one request ended.
class AnswerEvents {
 public:
  virtual ~AnswerEvents() = default;
  virtual void on_answer(int status, bool keep_alive) = 0;
  /// The last call: the connection is gone.
  virtual void on_connection_over() = 0;
};

/// One connection of the client; one request at a time.
class ClientConnection final : public io::StreamEvents,
                               private http::MessageEvents<http::ResponseHead> {
 public:
  ClientConnection(io::Loop& loop, std::unique_ptr<io::Stream> stream, AnswerEvents& events)
      : blocks_(loop.blocks()),
        stream_(std::move(stream)),
        events_(events),
        parser_(loop.blocks(), *this) {
    stream_->set_events(*this);
    stream_->start();
  }

  void send(const std::string& request) {
    parser_.expect_response(false, false);
    buffer::Chain bytes;
    bytes.append(blocks_.copy(request));
    stream_->write(std::move(bytes));
  }
  void close() { stream_->close(); }

  void on_data(buffer::Slice bytes) override { settle(parser_.feed(std::move(bytes))); }
  void on_end() override { stream_->close(); }
  void on_closed(const Error* /*error*/) override { events_.on_connection_over(); }

 private:
  void settle(http::FeedState state) {
    if (state == http::FeedState::Rejected) {
      stream_->close();
    } else if (state == http::FeedState::MessageEnd) {
      // Nothing may follow an answer before the next request: what is kept stays unread.
      static_cast<void>(parser_.resume());
      events_.on_answer(status_, keep_alive_);
    }
  }
  void on_head(http::ResponseHead&& head) override {
    status_ = head.status;
    keep_alive_ = head.keep_alive;
  }
  void on_body(http::BodyPart /*part*/) override {}
  void on_message_end(const http::Fields& /*trailers*/) override {}

  buffer::BlockPool& blocks_;
  std::unique_ptr<io::Stream> stream_;
  AnswerEvents& events_;
  http::H1ResponseParser parser_;
  int status_ = 0;
  bool keep_alive_ = true;
};

}  // namespace

std::vector<std::string> shopping_script(const PersonalData& people, size_t rounds) {
  ScriptWriter script(people);
  const Customer& customer = people.customers.front();
  for (size_t round = 0; round < rounds; ++round) {
    const uint64_t cart = 1 + round % people.customers.size();
    script.add("GET", "/items");
    script.add("GET", fmt::format("/cart/{}", cart));
    script.add("GET", "/profile");
    if (round % 2 == 0) script.add("GET", "/orders?email=" + percent_encode(customer.email));
    if (round % 4 == 0) {
      script.add("POST", "/checkout",
                 fmt::format(R"({{"cart":{},"card_number":{},"email":{}}})", cart,
                             json_quote(customer.card), json_quote(customer.email)));
    }
    if (round % 5 == 4) {
      script.add("DELETE", fmt::format("/cart/{}", cart));
      script.add("GET", "/items/999");
    }
  }
  return script.take();
}

struct Client::Impl final : AnswerEvents {
  Impl(const Clock& clock, HostPort address) : target(std::move(address)), loop(clock) {}
  ~Impl() override {
    loop.stop();
    if (thread.joinable()) thread.join();
  }

  void next() {
    if (is_busy || queue.empty()) return;
    is_busy = true;
    ++tally.requests;
    deadline = loop.call_after(kAnswerTimeout, [this] { give_up(); });
    if (connection) {
      connection->send(queue.front());
      return;
    }
    connector = loop.connect(
        target, kConnectTimeout,
        [this](Result<std::unique_ptr<io::Stream>> stream) { on_connected(std::move(stream)); });
  }

  void on_connected(Result<std::unique_ptr<io::Stream>> stream) {
    loop.call_soon([this] { connector.reset(); });
    if (!stream) {
      end_request(0);
      return;
    }
    connection = std::make_unique<ClientConnection>(loop, std::move(*stream), *this);
    connection->send(queue.front());
  }

  void give_up() {
    connector.reset();
    if (connection) {
      connection->close();  // on_connection_over() ends the request
    } else {
      end_request(0);
    }
  }

  void end_request(int status) {
    deadline.cancel();
    is_busy = false;
    queue.pop_front();
    ++tally.by_status[status];
    // Due times do not move when an answer is late: a slow machine catches up.
    due = due + pause;
    const Duration wait = std::max(Duration(0), due - loop.clock().now());
    pace = loop.call_after(wait, [this] { next(); }, true);
  }

  void on_answer(int status, bool keep_alive) override {
    if (!is_busy) return;
    if (keep_alive) {
      end_request(status);
    } else {
      // The next request waits for the end of this connection.
      closing_status = status;
      connection->close();
    }
  }

  void on_connection_over() override {
    defer_delete(loop, std::move(connection));
    const int status = std::exchange(closing_status, 0);
    if (is_busy) end_request(status);
  }

  HostPort target;
  io::Loop loop;
  std::unique_ptr<io::Connector> connector;
  std::unique_ptr<ClientConnection> connection;
  TimerHandle deadline;
  TimerHandle pace;
  Duration pause{};
  MonoTime due{};
  std::deque<std::string> queue;
  bool is_busy = false;
  int closing_status = 0;
  Tally tally;
  std::thread thread;
};

Client::Client(const Clock& clock, HostPort target)
    : impl_(std::make_unique<Impl>(clock, std::move(target))) {
  impl_->thread = std::thread([impl = impl_.get()] { impl->loop.run(); });
}

Client::~Client() = default;

void Client::play(std::vector<std::string> requests, Duration pause) {
  impl_->loop.post([impl = impl_.get(), requests = std::move(requests), pause]() mutable {
    impl->pause = pause;
    impl->due = impl->loop.clock().now();
    for (auto& request : requests) impl->queue.push_back(std::move(request));
    if (!impl->pace.is_pending()) impl->next();
  });
}

Client::Tally Client::finish() {
  impl_->loop.stop();
  if (impl_->thread.joinable()) impl_->thread.join();
  return impl_->tally;
}

}  // namespace faultline::cli::demo

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/scheduler.h"
#include "proxy/control/caller_check.h"
#include "proxy/control/router.h"
#include "proxy/http/h1_codec.h"
#include "proxy/io/stream.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace faultline::control {

class ControlConnection;

/// Who owns the connections and knows the answers: the server.
class ControlDesk {
 public:
  using AnswerCallback = std::function<void(http::LocalReply)>;

  virtual ~ControlDesk() = default;
  [[nodiscard]] virtual Reach reach() const noexcept = 0;
  /// Answers through `done`, at once or later, but not after the connection is over.
  virtual void answer(ControlConnection& connection, Route route, AnswerCallback done) = 0;
  /// A request was refused; `reason` is a text of this project.
  virtual void on_refused(std::string_view reason) = 0;
  /// The stream has closed. The desk destroys the connection later, not inside the call.
  virtual void on_connection_over(ControlConnection& connection) = 0;
};

/// One client of the control port: HTTP/1.1 with keep-alive, one request at a time, each answered
/// and handed to the kernel before the next is looked at. So a connection holds one head of at
/// most limits::kControlHeadBytes and one answer.
///
/// Every wait has a deadline that the client's bytes do not push on: a request must be complete
/// limits::kControlRequestTimeout after its first byte (or after the connection was made), an
/// answer must be taken within the same time, and between requests there is
/// limits::kControlIdleTimeout. A request with a body is refused: no route takes one.
///
/// Lives on the control thread; owned by its desk.
class ControlConnection final : public io::StreamEvents,
                                private http::MessageEvents<http::RequestHead> {
 public:
  ControlConnection(Scheduler& scheduler, buffer::BlockPool& blocks, ControlDesk& desk,
                    std::unique_ptr<io::Stream> stream);
  ~ControlConnection() override;
  ControlConnection(const ControlConnection&) = delete;
  ControlConnection& operator=(const ControlConnection&) = delete;

  // io::StreamEvents
  void on_data(buffer::Slice bytes) override;
  void on_data_end() override { advance(); }
  void on_end() override;
  void on_flushed() override;
  void on_closed(const Error* error) override;

 private:
  enum class State : uint8_t {
    Reading,    // waits for a request, or is inside its head
    Answering,  // the desk has the request
    Flushing,   // the answer is on its way to the kernel
    Lingering,  // the last answer went out: what comes is dropped
    Closed,
  };

  // http::MessageEvents
  void on_head(http::RequestHead&& head) override { head_ = std::move(head); }
  void on_body(http::BodyPart /*part*/) override {}
  void on_message_end(const http::Fields& /*trailers*/) override {}

  void handle(http::FeedState state);
  /// Goes on with what the parser has kept, until it wants more or something must be waited for.
  void advance();
  void serve();
  void refuse(http::LocalReply reply, std::string_view reason);
  void send(http::LocalReply reply);
  void after_flush();
  void linger();
  void set_deadline(Duration from_now);
  void on_deadline();

  Scheduler& scheduler_;
  buffer::BlockPool& blocks_;
  ControlDesk& desk_;
  std::unique_ptr<io::Stream> stream_;
  http::H1RequestParser parser_;
  std::optional<http::RequestHead> head_;  // of the request under way
  State state_ = State::Reading;
  uint64_t received_ = 0;           // bytes since the end of the last request
  bool is_parser_stopped_ = false;  // at the end of a message
  bool keeps_alive_ = true;
  bool has_client_ended_ = false;  // FIN came
  TimerHandle deadline_;
};

}  // namespace faultline::control

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/openloop/client_connection.h"

#include "proxy/base/assert.h"

#include <utility>

namespace faultline::bench {
namespace {

ClientConnection& connection_of(void* data) { return *static_cast<ClientConnection*>(data); }

}  // namespace

ClientConnection::ClientConnection(uv_loop_t& loop, std::unique_ptr<Dialogue> dialogue,
                                   std::span<char> buffer, Events& events)
    : loop_(loop), dialogue_(std::move(dialogue)), buffer_(buffer), events_(events) {}

uv_stream_t* ClientConnection::stream() noexcept {
  return reinterpret_cast<uv_stream_t*>(&socket_);
}

void ClientConnection::open(const sockaddr_in& target, uint64_t now_ns) {
  FL_ASSERT(state_ == State::Closed);
  uv_tcp_init(&loop_, &socket_);
  socket_.data = connect_.data = write_.data = this;
  state_ = State::Connecting;
  begun_ns_ = now_ns;
  answers_ = 0;
  is_answer_begun_ = false;
  dialogue_->restart();
  const auto* address = reinterpret_cast<const sockaddr*>(&target);
  if (uv_tcp_connect(&connect_, &socket_, address, &ClientConnection::on_connected) != 0) {
    give_up(Failure::Connect);
  }
}

void ClientConnection::on_connected(uv_connect_t* request, int status) {
  auto& connection = connection_of(request->data);
  if (connection.state_ != State::Connecting) return;  // Given up meanwhile.
  if (status != 0) return connection.give_up(Failure::Connect);
  uv_tcp_nodelay(&connection.socket_, 1);
  uv_read_start(connection.stream(), &ClientConnection::on_alloc, &ClientConnection::on_read);
  connection.state_ = State::Free;
  connection.events_.on_open(connection);
}

void ClientConnection::send(uint64_t intended_ns, uint64_t now_ns) {
  FL_ASSERT(state_ == State::Free);
  state_ = State::Busy;
  intended_ns_ = intended_ns;
  begun_ns_ = now_ns;
  is_answer_begun_ = false;
  const std::string_view request = dialogue_->request();
  // libuv wants bytes it may change; it does not.
  auto* bytes = const_cast<char*>(request.data());
  uv_buf_t buffer = uv_buf_init(bytes, static_cast<unsigned>(request.size()));
  const int written = uv_try_write(stream(), &buffer, 1);
  if (written == static_cast<int>(request.size())) return;
  if (written < 0 && written != UV_EAGAIN) return end_of_stream(false);
  const auto taken = static_cast<size_t>(written < 0 ? 0 : written);
  buffer = uv_buf_init(bytes + taken, static_cast<unsigned>(request.size() - taken));
  if (uv_write(&write_, stream(), &buffer, 1, &ClientConnection::on_written) != 0) {
    end_of_stream(false);
  }
}

void ClientConnection::on_written(uv_write_t* request, int status) {
  auto& connection = connection_of(request->data);
  if (status != 0) connection.end_of_stream(false);
}

void ClientConnection::on_alloc(uv_handle_t* handle, size_t /*suggested*/, uv_buf_t* buffer) {
  const std::span<char> shared = connection_of(handle->data).buffer_;
  *buffer = uv_buf_init(shared.data(), static_cast<unsigned>(shared.size()));
}

void ClientConnection::on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
  if (count == 0) return;
  auto& connection = connection_of(stream->data);
  if (count < 0) return connection.end_of_stream(count == UV_EOF);
  connection.receive({buffer->base, static_cast<size_t>(count)});
}

void ClientConnection::receive(std::string_view bytes) {
  bytes_received_ += bytes.size();
  if (state_ != State::Busy) {
    if (state_ == State::Closing) return;
    // Nobody asked for these bytes, and the next answer could not be told from them.
    events_.on_lost(*this);
    return close();
  }
  is_answer_begun_ = true;
  switch (dialogue_->feed(bytes)) {
    case Dialogue::Progress::More:
      return;
    case Dialogue::Progress::Answered:
      return answered(true);
    case Dialogue::Progress::AnsweredLast:
      return answered(false);
    case Dialogue::Progress::WrongStatus:
      return give_up(Failure::Status);
    case Dialogue::Progress::Malformed:
      return give_up(Failure::Malformed);
  }
}

void ClientConnection::answered(bool is_free) {
  ++answers_;
  if (is_free) {
    state_ = State::Free;
  } else {
    close();
  }
  events_.on_answer(*this, is_free);
}

void ClientConnection::end_of_stream(bool is_orderly) {
  if (state_ == State::Closing || state_ == State::Closed) return;
  if (state_ != State::Busy) {
    events_.on_lost(*this);
    return close();
  }
  if (is_orderly && is_answer_begun_ && dialogue_->is_completed_by_end()) return answered(false);
  // RFC 9112 9.3.1: a server may close a kept-alive connection at any time, also at this one.
  give_up(answers_ > 0 && !is_answer_begun_ ? Failure::Race : Failure::Cut);
}

void ClientConnection::give_up(Failure failure) {
  FL_ASSERT(state_ == State::Connecting || state_ == State::Busy);
  close();
  events_.on_failure(*this, failure);
}

void ClientConnection::close() {
  if (state_ == State::Closing || state_ == State::Closed) return;
  state_ = State::Closing;
  uv_close(reinterpret_cast<uv_handle_t*>(&socket_), &ClientConnection::on_handle_closed);
}

void ClientConnection::on_handle_closed(uv_handle_t* handle) {
  auto& connection = connection_of(handle->data);
  connection.state_ = State::Closed;
  connection.events_.on_closed(connection);
}

}  // namespace faultline::bench

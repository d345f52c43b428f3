// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/unit/openloop/scripted_server_support.h"

#include "proxy/base/assert.h"

#include <array>
#include <string_view>

namespace faultline::bench {

struct ScriptedServer::Client {
  ScriptedServer* server = nullptr;
  uv_tcp_t socket{};
  std::string read;
  std::array<char, 65536> buffer{};
  bool is_closing = false;
};

namespace {

template <typename Handle>
uv_handle_t* handle_of(Handle& handle) {
  return reinterpret_cast<uv_handle_t*>(&handle);
}

uv_stream_t* stream_of(uv_tcp_t& socket) { return reinterpret_cast<uv_stream_t*>(&socket); }

}  // namespace

ScriptedServer::ScriptedServer(uv_loop_t& loop, Script script) : loop_(loop), script_(script) {
  uv_tcp_init(&loop_, &listener_);
  uv_timer_init(&loop_, &stall_);
  listener_.data = stall_.data = this;
  sockaddr_in any{};
  uv_ip4_addr("127.0.0.1", 0, &any);
  FL_ASSERT(uv_tcp_bind(&listener_, reinterpret_cast<const sockaddr*>(&any), 0) == 0);
  FL_ASSERT(uv_listen(stream_of(listener_), 128, &ScriptedServer::on_connection) == 0);
}

ScriptedServer::~ScriptedServer() {
  if (is_listening_) uv_close(handle_of(listener_), nullptr);
  uv_close(handle_of(stall_), nullptr);
  for (const auto& client : clients_) close_client(*client);
  uv_run(&loop_, UV_RUN_DEFAULT);
}

sockaddr_in ScriptedServer::address() const {
  sockaddr_in bound{};
  int size = sizeof bound;
  uv_tcp_getsockname(&listener_, reinterpret_cast<sockaddr*>(&bound), &size);
  return bound;
}

void ScriptedServer::on_connection(uv_stream_t* listener, int status) {
  auto& server = *static_cast<ScriptedServer*>(listener->data);
  FL_ASSERT(status == 0);
  auto& client = *server.clients_.emplace_back(std::make_unique<Client>());
  client.server = &server;
  uv_tcp_init(&server.loop_, &client.socket);
  client.socket.data = &client;
  FL_ASSERT(uv_accept(listener, stream_of(client.socket)) == 0);
  const auto lend = [](uv_handle_t* handle, size_t, uv_buf_t* buffer) {
    auto& bytes = static_cast<Client*>(handle->data)->buffer;
    *buffer = uv_buf_init(bytes.data(), static_cast<unsigned>(bytes.size()));
  };
  uv_read_start(stream_of(client.socket), lend, &ScriptedServer::on_read);
}

void ScriptedServer::on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
  auto& client = *static_cast<Client*>(stream->data);
  if (count < 0) return close_client(client);
  const std::string_view bytes(buffer->base, static_cast<size_t>(count));
  if (client.server->script_.is_echo) return write(client, std::string(bytes));
  client.read.append(bytes);
  constexpr std::string_view kEnd = "\r\n\r\n";
  for (size_t end = 0; (end = client.read.find(kEnd)) != std::string::npos;) {
    client.read.erase(0, end + kEnd.size());
    client.server->take_request(client);
  }
}

void ScriptedServer::take_request(Client& client) {
  const uint64_t ordinal = ++requests_;
  if (ordinal == script_.unlisten_at) {
    is_listening_ = false;
    uv_close(handle_of(listener_), nullptr);
  }
  if (ordinal == script_.stall_at) {
    is_stalled_ = true;
    uv_update_time(&loop_);
    uv_timer_start(&stall_, &ScriptedServer::on_stall_over, script_.stall_ms, 0);
  }
  if (script_.silent_from > 0 && ordinal >= script_.silent_from) return;
  if (is_stalled_) {
    held_.emplace_back(&client, ordinal);
  } else {
    answer(client, ordinal);
  }
}

void ScriptedServer::on_stall_over(uv_timer_t* timer) {
  auto& server = *static_cast<ScriptedServer*>(timer->data);
  server.is_stalled_ = false;
  for (const auto& [client, ordinal] : server.held_) server.answer(*client, ordinal);
  server.held_.clear();
}

void ScriptedServer::answer(Client& client, uint64_t ordinal) {
  if (ordinal == script_.close_instead) return close_client(client);
  const bool is_refused = ordinal == script_.refuse_status_at;
  std::string text = is_refused ? "HTTP/1.1 503 No\r\n" : "HTTP/1.1 200 OK\r\n";
  if (ordinal == script_.close_after) text += "Connection: close\r\n";
  text += "Content-Length: 4\r\n\r\n";
  text += ordinal == script_.cut_at ? "ok" : "okay";
  write(client, text);
  if (ordinal == script_.close_after || ordinal == script_.cut_at) close_client(client);
}

void ScriptedServer::write(Client& client, const std::string& text) {
  if (client.is_closing) return;
  // libuv wants bytes it may change; it does not. An answer is far smaller than a socket buffer.
  const uv_buf_t buffer =
      uv_buf_init(const_cast<char*>(text.data()), static_cast<unsigned>(text.size()));
  const int written = uv_try_write(stream_of(client.socket), &buffer, 1);
  FL_ASSERT(written == static_cast<int>(text.size()));
}

void ScriptedServer::close_client(Client& client) {
  if (client.is_closing) return;
  client.is_closing = true;
  uv_close(handle_of(client.socket), nullptr);
}

}  // namespace faultline::bench

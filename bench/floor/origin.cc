// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// The origin of the macro benches: answers by path, always with Content-Length.
//   /small   22 bytes of text          /huge    1 GiB, never held in memory
//   /json    a JSON object, 500 bytes  /silent  no answer; the connection is not read any more
//   /bulk    1 MiB                     /orders  an array of 64 such objects, 32 KB
//   other    404
//
// bench_origin --listen 127.0.0.1:PORT
#include "bench/floor/sample.h"
#include "bench/floor/service.h"

#include <llhttp.h>
#include <uv.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::bench {
namespace {

constexpr size_t kReadBytes = 64UL * 1024;
constexpr size_t kOrders = 64;
constexpr size_t kBulkBytes = 1024UL * 1024;
constexpr uint64_t kHugeBytes = 1024ULL * 1024 * 1024;
// Answers that may wait on one connection before it is not read any more.
constexpr size_t kWaitingMax = 64;

constexpr std::string_view kSmall = "faultline bench small\n";
static_assert(kSmall.size() == 22);
struct Origin {
  Service service;
  llhttp_settings_t settings{};
  std::array<char, kReadBytes> read_buffer{};
  std::string small;
  std::string json;
  std::string orders;
  std::string not_found;
  std::string bulk;  // head and body
  std::string huge_head;
  std::string huge_body;  // one piece, sent again and again
};

/// Bytes to send: `text`, of which `sent` are out, then again until `repeats` is used up.
struct Answer {
  const std::string* text = nullptr;
  uint64_t repeats = 0;
  size_t sent = 0;
};

/// One client. Deletes itself when its socket is closed.
struct Client {
  Origin* origin = nullptr;
  uv_tcp_t socket{};
  uv_write_t write{};
  llhttp_t parser{};
  std::string target;
  std::deque<Answer> waiting;
  bool is_writing = false;
  bool is_paused = false;
  bool is_silent = false;
  bool is_closing = false;
};

uv_stream_t* stream_of(Client& client) { return reinterpret_cast<uv_stream_t*>(&client.socket); }

void close_client(Client& client) {
  if (client.is_closing) return;
  client.is_closing = true;
  uv_close(reinterpret_cast<uv_handle_t*>(&client.socket),
           [](uv_handle_t* handle) { delete static_cast<Client*>(handle->data); });
}

void flush(Client& client);

void advance(Client& client, size_t count) {
  Answer& answer = client.waiting.front();
  answer.sent += count;
  if (answer.sent < answer.text->size()) return;
  answer.sent = 0;
  if (answer.repeats-- == 0) client.waiting.pop_front();
}

void on_written(uv_write_t* request, int status) {
  auto& client = *static_cast<Client*>(request->data);
  client.is_writing = false;
  if (client.is_closing) return;
  if (status != 0) return close_client(client);
  const Answer& answer = client.waiting.front();
  advance(client, answer.text->size() - answer.sent);
  flush(client);
}

void on_alloc(uv_handle_t* handle, size_t /*suggested*/, uv_buf_t* buffer) {
  auto& bytes = static_cast<Client*>(handle->data)->origin->read_buffer;
  *buffer = uv_buf_init(bytes.data(), static_cast<unsigned>(bytes.size()));
}

void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
  auto& client = *static_cast<Client*>(stream->data);
  if (count == 0) return;
  if (count < 0) return close_client(client);
  const auto size = static_cast<size_t>(count);
  if (llhttp_execute(&client.parser, buffer->base, size) != HPE_OK) return close_client(client);
  flush(client);
  const bool is_full = client.is_silent || client.waiting.size() > kWaitingMax;
  if (is_full && !client.is_closing && !client.is_paused) {
    client.is_paused = true;
    uv_read_stop(stream_of(client));
  }
}

void flush(Client& client) {
  while (!client.waiting.empty() && !client.is_writing && !client.is_closing) {
    const Answer& answer = client.waiting.front();
    // The bytes are the origin's own and are never changed; libuv wants them mutable.
    auto* from = const_cast<char*>(answer.text->data()) + answer.sent;
    const auto size = static_cast<unsigned>(answer.text->size() - answer.sent);
    const uv_buf_t buffer = uv_buf_init(from, size);
    const int written = uv_try_write(stream_of(client), &buffer, 1);
    if (written > 0) {
      advance(client, static_cast<size_t>(written));
      continue;
    }
    client.write.data = &client;
    client.is_writing = true;
    const bool can_wait = written == UV_EAGAIN;
    if (!can_wait || uv_write(&client.write, stream_of(client), &buffer, 1, &on_written) != 0) {
      return close_client(client);
    }
  }
  if (client.is_paused && !client.is_silent && client.waiting.empty() && !client.is_closing) {
    client.is_paused = false;
    uv_read_start(stream_of(client), &on_alloc, &on_read);
  }
}

int on_target(llhttp_t* parser, const char* at, size_t size) {
  static_cast<Client*>(parser->data)->target.append(at, size);
  return 0;
}

// /silent is decided at the head, so that an upload to it is never read to its end.
int on_head(llhttp_t* parser) {
  auto& client = *static_cast<Client*>(parser->data);
  client.is_silent = client.is_silent || client.target == "/silent";
  return 0;
}

int on_message(llhttp_t* parser) {
  auto& client = *static_cast<Client*>(parser->data);
  const Origin& origin = *client.origin;
  const std::string_view target = client.target;
  if (client.is_silent) {
    // No answer, now or later.
  } else if (target == "/small") {
    client.waiting.push_back({.text = &origin.small});
  } else if (target == "/json") {
    client.waiting.push_back({.text = &origin.json});
  } else if (target == "/orders") {
    client.waiting.push_back({.text = &origin.orders});
  } else if (target == "/bulk") {
    client.waiting.push_back({.text = &origin.bulk});
  } else if (target == "/huge") {
    client.waiting.push_back({.text = &origin.huge_head});
    client.waiting.push_back(
        {.text = &origin.huge_body, .repeats = kHugeBytes / origin.huge_body.size() - 1});
  } else {
    client.waiting.push_back({.text = &origin.not_found});
  }
  client.target.clear();
  return 0;
}

void on_connection(uv_stream_t* listener, int status) {
  if (status != 0) return;
  auto* client = new Client;  // Deletes itself in close_client().
  client->origin = static_cast<Origin*>(listener->data);
  uv_tcp_init(client->origin->service.loop(), &client->socket);
  client->socket.data = client;
  llhttp_init(&client->parser, HTTP_REQUEST, &client->origin->settings);
  client->parser.data = client;
  if (uv_accept(listener, stream_of(*client)) != 0) return close_client(*client);
  uv_tcp_nodelay(&client->socket, 1);
  uv_read_start(stream_of(*client), &on_alloc, &on_read);
}

std::string head(std::string_view status, std::string_view type, uint64_t length) {
  std::string text = "HTTP/1.1 ";
  text.append(status).append("\r\nServer: bench-origin\r\nContent-Type: ").append(type);
  text.append("\r\nContent-Length: ").append(std::to_string(length)).append("\r\n\r\n");
  return text;
}

std::string orders_body() {
  std::string body;
  for (size_t i = 0; i < kOrders; ++i) body.append(i == 0 ? "[" : ",").append(kSampleOrder);
  return body.append("]");
}

void prepare(Origin& origin) {
  constexpr std::string_view kBinary = "application/octet-stream";
  origin.small = head("200 OK", "text/plain", kSmall.size()).append(kSmall);
  origin.json = head("200 OK", "application/json", kSampleOrder.size()).append(kSampleOrder);
  const std::string orders = orders_body();
  origin.orders = head("200 OK", "application/json", orders.size()).append(orders);
  origin.not_found = head("404 Not Found", "text/plain", 0);
  origin.bulk = head("200 OK", kBinary, kBulkBytes).append(kBulkBytes, 'b');
  origin.huge_head = head("200 OK", kBinary, kHugeBytes);
  origin.huge_body.assign(kBulkBytes, 'h');
  llhttp_settings_init(&origin.settings);
  origin.settings.on_url = &on_target;
  origin.settings.on_headers_complete = &on_head;
  origin.settings.on_message_complete = &on_message;
}

int run(const std::string& listen) {
  const auto origin = std::make_unique<Origin>();
  prepare(*origin);
  const auto on_leftover = [](void* data) { close_client(*static_cast<Client*>(data)); };
  return origin->service.run(listen, {&on_connection, on_leftover}, origin.get());
}

}  // namespace
}  // namespace faultline::bench

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() != 2 || arguments[0] != "--listen") {
    std::fprintf(stderr, "usage: bench_origin --listen HOST:PORT\n");
    return 2;
  }
  return faultline::bench::run(arguments[1]);
}

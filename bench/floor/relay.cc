// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// The floor: what a proxy on libuv and llhttp must at least cost. One loop, one upstream
// connection per downstream connection, both directions parsed and forwarded as raw bytes. With
// --tcp nothing is parsed. It has no timeouts, no limits and no pool on purpose, and answers to
// HEAD are not understood: whatever is added to it is what a real proxy pays for.
//
// bench_floor --listen 127.0.0.1:PORT --upstream 127.0.0.1:PORT [--tcp]
#include "bench/floor/address.h"
#include "bench/floor/service.h"

#include <llhttp.h>
#include <uv.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::bench {
namespace {

// One read buffer serves the whole loop, because bytes leave it before the next read.
constexpr size_t kReadBytes = 256UL * 1024;

struct Relay {
  Service service;
  sockaddr_in upstream{};
  bool is_tcp = false;
  llhttp_settings_t settings{};
  std::unique_ptr<std::array<char, kReadBytes>> buffer =
      std::make_unique<std::array<char, kReadBytes>>();
  uint64_t messages = 0;
  uint64_t head_bytes = 0;
};

struct Pair;

/// One socket of a pair, and what is on its way into it.
struct End {
  uv_tcp_t socket{};
  uv_write_t write{};
  uv_shutdown_t shutdown{};
  llhttp_t parser{};       // of the bytes that come from this socket
  std::vector<char> rest;  // what uv_try_write did not take
  Pair* pair = nullptr;
  End* other = nullptr;
  bool is_at_eof = false;
};

/// Deletes itself when both sockets are closed.
struct Pair {
  Relay* relay = nullptr;
  End downstream;
  End upstream;
  uv_connect_t connect{};
  int open_sockets = 0;
  bool is_closing = false;
};

uv_stream_t* stream_of(End& end) { return reinterpret_cast<uv_stream_t*>(&end.socket); }
End& end_of(void* data) { return *static_cast<End*>(data); }

void on_closed(uv_handle_t* handle) {
  Pair* pair = end_of(handle->data).pair;
  if (--pair->open_sockets == 0) delete pair;
}

void close_pair(Pair& pair) {
  if (pair.is_closing) return;
  pair.is_closing = true;
  uv_close(reinterpret_cast<uv_handle_t*>(&pair.downstream.socket), &on_closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&pair.upstream.socket), &on_closed);
}

void on_alloc(uv_handle_t* handle, size_t /*suggested*/, uv_buf_t* buffer) {
  auto& bytes = *end_of(handle->data).pair->relay->buffer;
  *buffer = uv_buf_init(bytes.data(), static_cast<unsigned>(bytes.size()));
}

void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer);

// Passes the half-close on; the pair ends when both sides have sent theirs.
void finish_direction(End& from) {
  from.is_at_eof = true;
  if (from.other->is_at_eof) return close_pair(*from.pair);
  if (from.other->rest.empty()) {
    uv_shutdown(&from.other->shutdown, stream_of(*from.other), nullptr);
  }
}

void on_written(uv_write_t* request, int status) {
  End& to = end_of(request->data);
  if (to.pair->is_closing) return;
  if (status != 0) return close_pair(*to.pair);
  to.rest.clear();
  if (to.other->is_at_eof) {
    uv_shutdown(&to.shutdown, stream_of(to), nullptr);
  } else {
    uv_read_start(stream_of(*to.other), &on_alloc, &on_read);
  }
}

// Back-pressure: the source is not read again before the rest is written.
void write_rest(End& from, std::string_view bytes) {
  End& to = *from.other;
  to.rest.assign(bytes.begin(), bytes.end());
  to.write.data = &to;
  uv_read_stop(stream_of(from));
  const uv_buf_t buffer = uv_buf_init(to.rest.data(), static_cast<unsigned>(to.rest.size()));
  const int error = uv_write(&to.write, stream_of(to), &buffer, 1, &on_written);
  if (error != 0) close_pair(*from.pair);
}

void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
  End& from = end_of(stream->data);
  if (count == 0) return;
  if (count == UV_EOF) return finish_direction(from);
  if (count < 0) return close_pair(*from.pair);
  const auto size = static_cast<size_t>(count);
  const bool is_tcp = from.pair->relay->is_tcp;
  if (!is_tcp && llhttp_execute(&from.parser, buffer->base, size) != HPE_OK) {
    return close_pair(*from.pair);
  }
  const uv_buf_t bytes = uv_buf_init(buffer->base, static_cast<unsigned>(size));
  const int written = uv_try_write(stream_of(*from.other), &bytes, 1);
  if (written == count) return;
  if (written < 0 && written != UV_EAGAIN) return close_pair(*from.pair);
  const size_t done = written < 0 ? 0 : static_cast<size_t>(written);
  write_rest(from, std::string_view(buffer->base, size).substr(done));
}

void on_connected(uv_connect_t* request, int status) {
  Pair& pair = *static_cast<Pair*>(request->data);
  if (pair.is_closing) return;
  if (status != 0) return close_pair(pair);
  uv_read_start(stream_of(pair.downstream), &on_alloc, &on_read);
  uv_read_start(stream_of(pair.upstream), &on_alloc, &on_read);
}

void open_end(Pair& pair, End& end, End& other, llhttp_type_t type) {
  end.pair = &pair;
  end.other = &other;
  uv_tcp_init(pair.relay->service.loop(), &end.socket);
  end.socket.data = &end;
  ++pair.open_sockets;
  llhttp_init(&end.parser, type, &pair.relay->settings);
  end.parser.data = pair.relay;
}

void on_connection(uv_stream_t* listener, int status) {
  if (status != 0) return;
  auto& relay = *static_cast<Relay*>(listener->data);
  auto* pair = new Pair;  // Deletes itself in on_closed().
  pair->relay = &relay;
  open_end(*pair, pair->downstream, pair->upstream, HTTP_REQUEST);
  open_end(*pair, pair->upstream, pair->downstream, HTTP_RESPONSE);
  if (uv_accept(listener, stream_of(pair->downstream)) != 0) return close_pair(*pair);
  uv_tcp_nodelay(&pair->downstream.socket, 1);
  uv_tcp_nodelay(&pair->upstream.socket, 1);
  pair->connect.data = pair;
  const auto* address = reinterpret_cast<const sockaddr*>(&relay.upstream);
  if (uv_tcp_connect(&pair->connect, &pair->upstream.socket, address, &on_connected) != 0) {
    close_pair(*pair);
  }
}

// The callbacks do the least that makes the parser find every field.
int on_head_span(llhttp_t* parser, const char* /*at*/, size_t size) {
  static_cast<Relay*>(parser->data)->head_bytes += size;
  return 0;
}

int on_message(llhttp_t* parser) {
  ++static_cast<Relay*>(parser->data)->messages;
  return 0;
}

void set_callbacks(llhttp_settings_t& settings) {
  llhttp_settings_init(&settings);
  settings.on_url = &on_head_span;
  settings.on_status = &on_head_span;
  settings.on_header_field = &on_head_span;
  settings.on_header_value = &on_head_span;
  settings.on_message_complete = &on_message;
}

int run(const std::vector<std::string>& arguments) {
  Relay relay;
  std::string listen;
  std::optional<sockaddr_in> upstream;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const bool has_value = i + 1 < arguments.size();
    if (arguments[i] == "--tcp") {
      relay.is_tcp = true;
    } else if (arguments[i] == "--listen" && has_value) {
      listen = arguments[++i];
    } else if (arguments[i] == "--upstream" && has_value) {
      upstream = parse_address(arguments[++i]);
    } else {
      upstream.reset();
      break;
    }
  }
  if (listen.empty() || !upstream) {
    std::fprintf(stderr, "usage: bench_floor --listen HOST:PORT --upstream HOST:PORT [--tcp]\n");
    return 2;
  }
  relay.upstream = *upstream;
  set_callbacks(relay.settings);
  const int code = relay.service.run(
      listen, {&on_connection, [](void* data) { close_pair(*end_of(data).pair); }}, &relay);
  std::fprintf(stderr, "parsed %llu messages, %llu bytes of heads\n",
               static_cast<unsigned long long>(relay.messages),
               static_cast<unsigned long long>(relay.head_bytes));
  return code;
}

}  // namespace
}  // namespace faultline::bench

int main(int argc, char** argv) {
  return faultline::bench::run(std::vector<std::string>(argv + 1, argv + argc));
}

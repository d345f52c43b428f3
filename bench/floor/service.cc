// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/floor/service.h"

#include "bench/floor/address.h"

#include <csignal>
#include <cstdio>

namespace faultline::bench {
namespace {

// More than any run opens at once; the kernel cuts it to its own limit.
constexpr int kBacklog = 4096;

void close_leftover(uv_handle_t* handle, void* callbacks) {
  if (uv_is_closing(handle) != 0) return;
  static_cast<const Service::Callbacks*>(callbacks)->on_leftover(handle->data);
}

}  // namespace

int Service::run(const std::string& listen, const Callbacks& callbacks, void* context) {
  const auto address = parse_address(listen);
  if (!address) {
    std::fprintf(stderr, "error: '%s' is not HOST:PORT\n", listen.c_str());
    return 2;
  }
  uv_loop_init(&loop_);
  uv_tcp_init(&loop_, &listener_);
  listener_.data = context;
  const auto* bound = reinterpret_cast<const sockaddr*>(&*address);
  int error = uv_tcp_bind(&listener_, bound, 0);
  auto* stream = reinterpret_cast<uv_stream_t*>(&listener_);
  if (error == 0) error = uv_listen(stream, kBacklog, callbacks.on_connection);
  if (error != 0) {
    std::fprintf(stderr, "error: cannot listen on %s: %s\n", listen.c_str(), uv_strerror(error));
    return 3;
  }
  uv_signal_init(&loop_, &terminate_);
  uv_signal_init(&loop_, &interrupt_);
  uv_signal_start(&terminate_, &Service::on_signal, SIGTERM);
  uv_signal_start(&interrupt_, &Service::on_signal, SIGINT);
  std::signal(SIGPIPE, SIG_IGN);
  std::fprintf(stderr, "listening http://%s\n", listen.c_str());
  uv_run(&loop_, UV_RUN_DEFAULT);
  close_all(callbacks);
  return 0;
}

void Service::close_all(const Callbacks& callbacks) {
  uv_close(reinterpret_cast<uv_handle_t*>(&listener_), nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&terminate_), nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&interrupt_), nullptr);
  Callbacks copy = callbacks;
  uv_walk(&loop_, &close_leftover, &copy);
  uv_run(&loop_, UV_RUN_DEFAULT);
  uv_loop_close(&loop_);
}

void Service::on_signal(uv_signal_t* signal, int /*number*/) { uv_stop(signal->loop); }

}  // namespace faultline::bench

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <uv.h>

#include <string>

namespace faultline::bench {

/// The frame both programs of this folder share: one loop, one listening socket, an end on
/// SIGTERM or SIGINT that closes everything, so that tools which count instructions see a normal
/// exit.
class Service {
 public:
  Service() = default;
  Service(const Service&) = delete;  // libuv keeps the addresses of the members.
  Service& operator=(const Service&) = delete;

  struct Callbacks {
    uv_connection_cb on_connection;   // `context` is the data of the listening handle
    void (*on_leftover)(void* data);  // at the end, for each open socket: must close it
  };
  /// Serves until a signal. Returns the exit code.
  int run(const std::string& listen, const Callbacks& callbacks, void* context);

  [[nodiscard]] uv_loop_t* loop() noexcept { return &loop_; }

 private:
  void close_all(const Callbacks& callbacks);
  static void on_signal(uv_signal_t* signal, int number);

  uv_loop_t loop_{};
  uv_tcp_t listener_{};
  uv_signal_t terminate_{};
  uv_signal_t interrupt_{};
};

}  // namespace faultline::bench

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <uv.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <netinet/in.h>

namespace faultline::bench {

/// An HTTP/1.1 server on the loop of the generator under test, so that a test needs no thread. It
/// answers every request in order, except as its script says. Counts requests from 1 over all
/// connections.
class ScriptedServer {
 public:
  struct Script {
    uint64_t stall_at = 0;          // From this request on nothing is answered ...
    uint64_t stall_ms = 0;          // ... for so long; then all that has come.
    uint64_t silent_from = 0;       // From this request on nothing is answered, ever.
    uint64_t close_after = 0;       // This request's answer says "Connection: close".
    uint64_t close_instead = 0;     // This request gets the end of the connection.
    uint64_t cut_at = 0;            // This one half an answer and the end.
    uint64_t refuse_status_at = 0;  // This one a 503.
    uint64_t unlisten_at = 0;       // With this request the server stops listening.
    bool is_echo = false;           // Bytes go back as they came; nothing else applies.
  };

  ScriptedServer(uv_loop_t& loop, Script script);
  ~ScriptedServer();  // Runs the loop until its handles are closed.
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] sockaddr_in address() const;
  [[nodiscard]] uint64_t requests() const noexcept { return requests_; }

 private:
  struct Client;

  static void on_connection(uv_stream_t* listener, int status);
  static void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer);
  static void on_stall_over(uv_timer_t* timer);
  void take_request(Client& client);
  void answer(Client& client, uint64_t ordinal);
  static void write(Client& client, const std::string& text);
  static void close_client(Client& client);

  uv_loop_t& loop_;
  Script script_;
  uint64_t requests_ = 0;
  bool is_stalled_ = false;
  bool is_listening_ = true;
  std::vector<std::pair<Client*, uint64_t>> held_;  // (who, ordinal)
  std::vector<std::unique_ptr<Client>> clients_;    // for the life of the server: tests are short
  uv_tcp_t listener_{};
  uv_timer_t stall_{};
};

}  // namespace faultline::bench

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "bench/openloop/dialogue.h"

#include <uv.h>

#include <cstdint>
#include <memory>
#include <span>

#include <netinet/in.h>

namespace faultline::bench {

/// Why a request got no good answer.
enum class Failure : uint8_t {
  Connect,  // no connection could be opened for it
  Race,     // a kept-alive connection ended as the request was on its way, without a byte of answer
  Cut,      // the connection ended after part of the answer, or was new
  Status,   // an answer of another status
  Malformed,  // bytes that are no answer
  Timeout,    // no complete answer in time
};
inline constexpr size_t kFailures = 6;

/// One connection to the target with at most one request on its way. It can be opened again after
/// it was closed. Not movable: libuv keeps the address. Lives on its loop's thread.
class ClientConnection {
 public:
  /// Calls may come from inside send() and open(). The last of a connection's life is on_closed.
  class Events {
   public:
    virtual ~Events() = default;
    /// Connected and free, for the first time since open().
    virtual void on_open(ClientConnection& connection) = 0;
    /// The request is answered. `is_free`: the connection can take the next one.
    virtual void on_answer(ClientConnection& connection, bool is_free) = 0;
    /// open() or the request on its way failed; on_closed follows.
    virtual void on_failure(ClientConnection& connection, Failure failure) = 0;
    /// Closed while no request was on its way; on_closed follows.
    virtual void on_lost(ClientConnection& connection) = 0;
    /// May be opened again.
    virtual void on_closed(ClientConnection& connection) = 0;
  };

  /// Shares `buffer` with the other connections of the loop: bytes leave it at once.
  ClientConnection(uv_loop_t& loop, std::unique_ptr<Dialogue> dialogue, std::span<char> buffer,
                   Events& events);
  ClientConnection(const ClientConnection&) = delete;
  ClientConnection& operator=(const ClientConnection&) = delete;

  enum class State : uint8_t { Closed, Connecting, Free, Busy, Closing };

  /// Only when closed.
  void open(const sockaddr_in& target, uint64_t now_ns);
  /// Only when free. `intended_ns` is kept for whoever counts.
  void send(uint64_t intended_ns, uint64_t now_ns);
  /// Gives up what is going on, as `failure`.
  void give_up(Failure failure);
  /// Without an event but on_closed.
  void close();

  [[nodiscard]] State state() const noexcept { return state_; }
  [[nodiscard]] uint64_t intended_ns() const noexcept { return intended_ns_; }
  /// When the last request was sent, or open() called.
  [[nodiscard]] uint64_t begun_ns() const noexcept { return begun_ns_; }
  [[nodiscard]] uint64_t bytes_received() const noexcept { return bytes_received_; }

 private:
  static void on_connected(uv_connect_t* request, int status);
  static void on_written(uv_write_t* request, int status);
  static void on_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer);
  static void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer);
  static void on_handle_closed(uv_handle_t* handle);

  [[nodiscard]] uv_stream_t* stream() noexcept;
  void receive(std::string_view bytes);
  void answered(bool is_free);
  void end_of_stream(bool is_orderly);

  uv_loop_t& loop_;
  std::unique_ptr<Dialogue> dialogue_;
  std::span<char> buffer_;
  Events& events_;
  State state_ = State::Closed;
  uint64_t intended_ns_ = 0;
  uint64_t begun_ns_ = 0;
  uint64_t bytes_received_ = 0;
  uint64_t answers_ = 0;          // on this connection
  bool is_answer_begun_ = false;  // of the request on its way
  uv_tcp_t socket_{};
  uv_connect_t connect_{};
  uv_write_t write_{};
};

}  // namespace faultline::bench

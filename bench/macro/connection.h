// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <llhttp.h>

#include <cstdint>
#include <span>
#include <string_view>

#include <netinet/in.h>

namespace faultline::bench {

/// One keep-alive connection with at most one request on its way. The socket is non-blocking.
class Connection {
 public:
  Connection();
  ~Connection();
  Connection(const Connection&) = delete;  // llhttp keeps the address.
  Connection& operator=(const Connection&) = delete;

  /// False with errno when there is no connection within five seconds.
  [[nodiscard]] bool open(const sockaddr_in& target);
  /// False when the request cannot be written at once: it is far smaller than a socket buffer.
  [[nodiscard]] bool send(std::string_view request);

  enum class Received : uint8_t { Nothing, Part, Answer, Broken };
  /// One read. Answer: the response to the request is complete and its status is 200.
  [[nodiscard]] Received receive(std::span<char> buffer);

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  [[nodiscard]] uint64_t bytes() const noexcept { return bytes_; }

 private:
  static int on_message(llhttp_t* parser);

  int descriptor_ = -1;
  bool is_answered_ = false;
  uint64_t bytes_ = 0;
  llhttp_settings_t settings_{};
  llhttp_t parser_{};
};

}  // namespace faultline::bench

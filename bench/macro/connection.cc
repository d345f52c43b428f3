// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "bench/macro/connection.h"

#include <cerrno>

#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace faultline::bench {
namespace {

constexpr int kConnectMs = 5000;

// Waits for a non-blocking connect.
bool wait_connected(int descriptor) {
  pollfd waiting{.fd = descriptor, .events = POLLOUT, .revents = 0};
  if (poll(&waiting, 1, kConnectMs) != 1) {
    errno = ETIMEDOUT;
    return false;
  }
  socklen_t size = sizeof errno;
  int error = 0;
  if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return false;
  errno = error;
  return error == 0;
}

}  // namespace

Connection::Connection() {
  llhttp_settings_init(&settings_);
  settings_.on_message_complete = &Connection::on_message;
  llhttp_init(&parser_, HTTP_RESPONSE, &settings_);
  parser_.data = this;
}

Connection::~Connection() {
  if (descriptor_ >= 0) close(descriptor_);
}

int Connection::on_message(llhttp_t* parser) {
  auto& connection = *static_cast<Connection*>(parser->data);
  connection.is_answered_ = parser->status_code == 200;
  return connection.is_answered_ ? 0 : -1;
}

bool Connection::open(const sockaddr_in& target) {
  descriptor_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor_ < 0) return false;
  const int yes = 1;
  setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  const auto* address = reinterpret_cast<const sockaddr*>(&target);
  if (connect(descriptor_, address, sizeof target) == 0) return true;
  return errno == EINPROGRESS && wait_connected(descriptor_);
}

bool Connection::send(std::string_view request) {
  is_answered_ = false;
  const ssize_t sent = ::send(descriptor_, request.data(), request.size(), MSG_NOSIGNAL);
  return sent == static_cast<ssize_t>(request.size());
}

Connection::Received Connection::receive(std::span<char> buffer) {
  const ssize_t count = recv(descriptor_, buffer.data(), buffer.size(), 0);
  if (count < 0) return errno == EAGAIN ? Received::Nothing : Received::Broken;
  if (count == 0) return Received::Broken;
  bytes_ += static_cast<uint64_t>(count);
  if (llhttp_execute(&parser_, buffer.data(), static_cast<size_t>(count)) != HPE_OK) {
    return Received::Broken;
  }
  return is_answered_ ? Received::Answer : Received::Part;
}

}  // namespace faultline::bench

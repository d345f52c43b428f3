// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/fakes/raw_socket.h"

#include "proxy/base/assert.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace faultline::fakes {
namespace {

constexpr Duration kLimit = std::chrono::seconds(10);

bool wait_for(int fd, short events, Duration limit) {
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(limit).count();
  pollfd entry{fd, events, 0};
  int ready = -1;
  do {
    ready = ::poll(&entry, 1, static_cast<int>(millis));
  } while (ready < 0 && errno == EINTR);
  return ready == 1;
}

// Each send() is a segment, also a small one behind another.
void send_at_once(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

}  // namespace

RawSocket::RawSocket(RawSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

RawSocket& RawSocket::operator=(RawSocket&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

RawSocket RawSocket::connect(const HostPort& address, int receive_buffer_bytes) {
  const bool is_v6 = address.host.find(':') != std::string::npos;
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(address.port);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(address.port);
  FL_ASSERT(is_v6 ? inet_pton(AF_INET6, address.host.c_str(), &v6.sin6_addr) == 1
                  : inet_pton(AF_INET, address.host.c_str(), &v4.sin_addr) == 1);
  RawSocket socket(::socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (receive_buffer_bytes > 0) {
    ::setsockopt(socket.fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes,
                 sizeof(receive_buffer_bytes));
  }
  const auto* target =
      is_v6 ? reinterpret_cast<const sockaddr*>(&v6) : reinterpret_cast<const sockaddr*>(&v4);
  const auto length = static_cast<socklen_t>(is_v6 ? sizeof(v6) : sizeof(v4));
  if (::connect(socket.fd_, target, length) != 0) socket.close();
  if (socket.is_open()) send_at_once(socket.fd_);
  return socket;
}

bool RawSocket::wait(short events, Duration limit) const { return wait_for(fd_, events, limit); }

bool RawSocket::send(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!wait(POLLOUT, kLimit)) return false;
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return false;
    if (sent > 0) bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

ReadResult RawSocket::read(size_t count) {
  ReadResult result;
  std::array<char, 65536> part;
  while (result.bytes.size() < count) {
    if (!wait(POLLIN, kLimit)) {
      result.end = ReadResult::End::TimedOut;
      return result;
    }
    const size_t want = std::min(part.size(), count - result.bytes.size());
    const ssize_t got = ::recv(fd_, part.data(), want, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got <= 0) {
      result.end = got == 0 ? ReadResult::End::Fin : ReadResult::End::Reset;
      return result;
    }
    result.bytes.append(part.data(), static_cast<size_t>(got));
  }
  return result;
}

std::string RawSocket::read_some(size_t count) {
  if (!wait(POLLIN, kLimit)) return {};
  std::string bytes(count, '\0');
  const ssize_t got = ::recv(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT);
  bytes.resize(static_cast<size_t>(std::max<ssize_t>(got, 0)));
  return bytes;
}

ReadResult RawSocket::read_until(std::string_view mark) {
  ReadResult result;
  while (!std::string_view(result.bytes).ends_with(mark)) {
    ReadResult next = read(1);
    result.bytes += next.bytes;
    result.end = next.end;
    if (next.end != ReadResult::End::Enough) return result;
  }
  return result;
}

ReadResult RawSocket::read_to_end() { return read(SIZE_MAX); }

bool RawSocket::is_silent_for(Duration span) { return !wait(POLLIN, span); }

void RawSocket::shutdown_write() { ::shutdown(fd_, SHUT_WR); }

void RawSocket::reset() {
  const linger now{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  close();
}

void RawSocket::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

RawListener::RawListener(int backlog) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t length = sizeof(address);
  FL_ASSERT(::bind(fd_, generic, length) == 0);
  FL_ASSERT(::listen(fd_, backlog) == 0);
  FL_ASSERT(::getsockname(fd_, generic, &length) == 0);
  port_ = ntohs(address.sin_port);
}

RawListener::~RawListener() { ::close(fd_); }

RawSocket RawListener::accept(Duration limit) {
  if (!wait_for(fd_, POLLIN, limit)) return {};
  RawSocket socket(::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC));
  if (socket.is_open()) send_at_once(socket.fd());
  return socket;
}

// The descriptor stays ours until the destructor: another thread may be in accept().
void RawListener::close() { ::shutdown(fd_, SHUT_RDWR); }

}  // namespace faultline::fakes

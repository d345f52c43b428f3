// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/io/listen_socket.h"

#include "proxy/io/address.h"

#include <fmt/core.h>

#include <cerrno>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace faultline::io {
namespace {

constexpr int kBacklog = 4096;  // the kernel caps it at net.core.somaxconn

Error listen_error(int error, const HostPort& address) {
  return os_error(-error, fmt::format("cannot listen on {}", format_host_port(address)),
                  ErrorSource::Input);
}

Result<Endpoint> listen_endpoint(HostPort address) {
  const HostPort asked = address;
  if (address.host == "localhost") address.host = "127.0.0.1";
  const auto endpoint = parse_endpoint(address);
  if (endpoint) return *endpoint;
  return fail(ErrorCode::InvalidArgument,
              fmt::format("cannot listen on {}: the host must be an IP address or localhost",
                          format_host_port(asked)),
              ErrorSource::Input);
}

void set_option(int fd, int level, int option) {
  const int on = 1;
  ::setsockopt(fd, level, option, &on, sizeof(on));
}

int bind_socket(int fd, const Endpoint& endpoint) {
  sockaddr_storage storage;
  const socklen_t length = to_sockaddr(endpoint, storage);
  return ::bind(fd, reinterpret_cast<const sockaddr*>(&storage), length);
}

}  // namespace

Result<ListenSocket> ListenSocket::bind(const HostPort& address, bool reuse_port) {
  FL_TRY(const Endpoint endpoint, listen_endpoint(address));
  const int fd =
      ::socket(endpoint.is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return fail(listen_error(errno, address));
  ListenSocket bound(fd, address);
  set_option(fd, SOL_SOCKET, SO_REUSEADDR);
  if (reuse_port) set_option(fd, SOL_SOCKET, SO_REUSEPORT);
  if (endpoint.is_v6) set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY);
  set_option(fd, IPPROTO_TCP, TCP_NODELAY);  // accepted sockets inherit it
  sockaddr_storage storage;
  socklen_t length = sizeof(storage);
  auto* local = reinterpret_cast<sockaddr*>(&storage);
  if (bind_socket(fd, endpoint) != 0 || ::getsockname(fd, local, &length) != 0) {
    return fail(listen_error(errno, address));
  }
  bound.address_ = to_host_port(from_sockaddr(local));
  return bound;
}

ListenSocket::~ListenSocket() {
  if (fd_ >= 0) ::close(fd_);
}

Status ListenSocket::listen() {
  if (::listen(fd_, kBacklog) == 0) return {};
  return fail(listen_error(errno, address_));
}

}  // namespace faultline::io

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/assert.h"
#include "proxy/io/handle_owner.h"

#include <fmt/core.h>
#include <uv.h>

#include <cerrno>
#include <memory>
#include <new>
#include <utility>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace faultline::io {
namespace {

constexpr int kBacklog = 4096;  // the kernel caps it at net.core.somaxconn
// Connections taken in one turn; more wait in the kernel while the loop serves the others.
constexpr int kAcceptsPerTurn = 64;
// How long a listener rests when no descriptor is left to refuse a connection with.
constexpr Duration kAcceptPause = std::chrono::milliseconds(100);

// Accepts through uv_poll rather than uv_listen: libuv answers EMFILE by closing connections
// without a word to us, and those must be counted; and accept4 gives the peer's address at once.
class TcpListener final : public Listener, private HandleOwnerOf<TcpListener> {
 public:
  TcpListener(Loop& loop, int fd, const Endpoint& local, Loop::AcceptCallback on_accept)
      : HandleOwnerOf(loop.impl()),
        timers_(loop),
        fd_(fd),
        local_(local),
        on_accept_(std::move(on_accept)) {}
  ~TcpListener() override = default;
  static void operator delete(TcpListener* self, std::destroying_delete_t /*tag*/) {
    self->release();
  }

  [[nodiscard]] HostPort address() const override { return to_host_port(local_); }
  [[nodiscard]] uint64_t accept_errors() const noexcept override { return accept_errors_; }

  [[nodiscard]] int open();
  void watch();

 private:
  friend HandleOwnerOf;
  void before_close() override;
  void on_readable();
  void hand_over(int fd, const Endpoint& peer);
  [[nodiscard]] bool refuse_one();
  void rest();

  uv_poll_t handle_;
  Scheduler& timers_;
  int fd_;
  Endpoint local_;
  Loop::AcceptCallback on_accept_;
  TimerHandle rest_timer_;
  uint64_t accept_errors_ = 0;
};

// With a failure there is no handle to close.
int TcpListener::open() {
  const int status = uv_poll_init(loop_.uv, &handle_, fd_);
  if (status == 0) adopt_handle(reinterpret_cast<uv_handle_t*>(&handle_));
  return status;
}

void TcpListener::watch() {
  FL_ASSERT(uv_poll_start(&handle_, UV_READABLE, [](uv_poll_t* handle, int, int) {
              of(handle->data).on_readable();
            }) == 0);
}

// Closed at once: from here on the kernel refuses.
void TcpListener::before_close() {
  rest_timer_.cancel();
  uv_poll_stop(&handle_);
  ::close(fd_);
}

void TcpListener::on_readable() {
  for (int i = 0; i < kAcceptsPerTurn && !is_closing(); ++i) {
    sockaddr_storage storage;
    socklen_t length = sizeof(storage);
    auto* address = reinterpret_cast<sockaddr*>(&storage);
    const int fd = accept4(fd_, address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      hand_over(fd, from_sockaddr(address));
      continue;
    }
    if (errno == EAGAIN) return;
    if (errno == EINTR || errno == ECONNABORTED) continue;
    if (errno != EMFILE && errno != ENFILE) {
      ++accept_errors_;
      rest();
    } else if (refuse_one()) {
      continue;
    }
    return;
  }
}

void TcpListener::hand_over(int fd, const Endpoint& peer) {
  auto stream = open_tcp_stream(loop_, fd, peer, ErrorSource::Downstream);
  if (!stream) {
    ++accept_errors_;
    return;
  }
  on_accept_(std::move(*stream));
}

// Gives the spare descriptor up for a moment, so that the client sees a close instead of a hang.
// False when there is nobody to refuse: accept4 says EMFILE before it looks.
bool TcpListener::refuse_one() {
  int& spare = loop_.spare_fd;
  if (spare >= 0) ::close(spare);
  const int fd = accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
  const int error = errno;
  if (fd >= 0) ::close(fd);
  spare = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (fd < 0 && error == EAGAIN) return false;
  ++accept_errors_;
  if (fd < 0) rest();
  return fd >= 0;
}

// The listening socket stays readable: without a rest the loop would spin on it.
void TcpListener::rest() {
  uv_poll_stop(&handle_);
  rest_timer_ = timers_.call_after(kAcceptPause, [this] { watch(); });
}

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

struct BoundSocket {
  int fd;
  Endpoint local;
};

void set_option(int fd, int level, int option) {
  const int on = 1;
  ::setsockopt(fd, level, option, &on, sizeof(on));
}

int bind_socket(int fd, const Endpoint& endpoint) {
  sockaddr_storage storage;
  const socklen_t length = to_sockaddr(endpoint, storage);
  return ::bind(fd, reinterpret_cast<const sockaddr*>(&storage), length);
}

Result<BoundSocket> bind_listener(const HostPort& address, bool reuse_port) {
  FL_TRY(const Endpoint endpoint, listen_endpoint(address));
  const int fd =
      ::socket(endpoint.is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return fail(listen_error(errno, address));
  set_option(fd, SOL_SOCKET, SO_REUSEADDR);
  if (reuse_port) set_option(fd, SOL_SOCKET, SO_REUSEPORT);
  if (endpoint.is_v6) set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY);
  set_option(fd, IPPROTO_TCP, TCP_NODELAY);  // accepted sockets inherit it
  sockaddr_storage storage;
  socklen_t length = sizeof(storage);
  auto* local = reinterpret_cast<sockaddr*>(&storage);
  if (bind_socket(fd, endpoint) != 0 || ::getsockname(fd, local, &length) != 0) {
    const Error error = listen_error(errno, address);
    ::close(fd);
    return fail(error);
  }
  return BoundSocket{fd, from_sockaddr(local)};
}

}  // namespace

Result<std::unique_ptr<Listener>> Loop::listen(const HostPort& address, AcceptCallback on_accept,
                                               bool reuse_port) {
  FL_DASSERT(impl_->is_on_owner_thread());
  FL_TRY(const BoundSocket socket, bind_listener(address, reuse_port));
  if (::listen(socket.fd, kBacklog) != 0) {
    const Error error = listen_error(errno, address);
    ::close(socket.fd);
    return fail(error);
  }
  std::unique_ptr<TcpListener> listener(
      new TcpListener(*this, socket.fd, socket.local, std::move(on_accept)));
  const int status = listener->open();
  if (status != 0) {
    ::close(socket.fd);
    return fail(listen_error(-status, address));
  }
  listener->watch();
  return std::unique_ptr<Listener>(std::move(listener));
}

Result<HostPort> Loop::probe_listen(const HostPort& address) {
  FL_TRY(const BoundSocket socket, bind_listener(address, false));
  ::close(socket.fd);
  return to_host_port(socket.local);
}

}  // namespace faultline::io

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/assert.h"
#include "proxy/io/handle_owner.h"
#include "proxy/io/listen_socket.h"

#include <fmt/core.h>
#include <uv.h>

#include <cerrno>
#include <memory>
#include <new>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace faultline::io {
namespace {

// Connections taken in one turn; more wait in the kernel while the loop serves the others.
constexpr int kAcceptsPerTurn = 64;
// Connections that a listener takes before it goes: more cannot have waited.
constexpr int kAcceptsAtEnd = 4096;
// How long a listener rests when no descriptor is left to refuse a connection with.
constexpr Duration kAcceptPause = std::chrono::milliseconds(100);

// Accepts through uv_poll rather than uv_listen: libuv answers EMFILE by closing connections
// without a word to us, and those must be counted; and accept4 gives the peer's address at once.
class TcpListener final : public Listener, private HandleOwnerOf<TcpListener> {
 public:
  TcpListener(Loop& loop, int fd, HostPort local, Loop::AcceptCallback on_accept)
      : HandleOwnerOf(loop.impl()),
        timers_(loop),
        fd_(fd),
        local_(std::move(local)),
        on_accept_(std::move(on_accept)) {}
  ~TcpListener() override = default;
  static void operator delete(TcpListener* self, std::destroying_delete_t /*tag*/) {
    self->release();
  }

  [[nodiscard]] HostPort address() const override { return local_; }
  [[nodiscard]] uint64_t accept_errors() const noexcept override { return accept_errors_; }
  void accept_waiting() override;

  [[nodiscard]] int open();
  void watch();

 private:
  friend HandleOwnerOf;
  void before_close() override;
  // In the same call: from here on the kernel refuses.
  void after_close() override { ::close(fd_); }
  void on_readable();
  /// False when nobody waits, or nobody can be taken now.
  [[nodiscard]] bool accept_one();
  void hand_over(int fd, const Endpoint& peer);
  [[nodiscard]] bool refuse_one();
  void rest();

  uv_poll_t handle_;
  Scheduler& timers_;
  int fd_;
  HostPort local_;
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

void TcpListener::before_close() {
  rest_timer_.cancel();
  uv_poll_stop(&handle_);
}

void TcpListener::on_readable() {
  for (int i = 0; i < kAcceptsPerTurn && !is_closing(); ++i) {
    if (!accept_one()) return;
  }
}

void TcpListener::accept_waiting() {
  for (int i = 0; i < kAcceptsAtEnd && !is_closing(); ++i) {
    if (!accept_one()) return;
  }
}

bool TcpListener::accept_one() {
  sockaddr_storage storage;
  socklen_t length = sizeof(storage);
  auto* address = reinterpret_cast<sockaddr*>(&storage);
  const int fd = accept4(fd_, address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd >= 0) {
    hand_over(fd, from_sockaddr(address));
    return true;
  }
  if (errno == EAGAIN) return false;
  if (errno == EINTR || errno == ECONNABORTED) return true;
  if (errno == EMFILE || errno == ENFILE) return refuse_one();
  ++accept_errors_;
  rest();
  return false;
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

}  // namespace

Result<std::unique_ptr<Listener>> Loop::listen(const HostPort& address, AcceptCallback on_accept,
                                               bool reuse_port) {
  FL_TRY(ListenSocket socket, ListenSocket::bind(address, reuse_port));
  FL_CHECK_OK(socket.listen());
  return listen(std::move(socket), std::move(on_accept));
}

Result<std::unique_ptr<Listener>> Loop::listen(ListenSocket socket, AcceptCallback on_accept) {
  FL_DASSERT(impl_->is_on_owner_thread());
  HostPort address = socket.address();
  const int fd = socket.release();
  std::unique_ptr<TcpListener> listener(new TcpListener(*this, fd, address, std::move(on_accept)));
  const int status = listener->open();
  if (status != 0) {
    ::close(fd);
    return fail(os_error(status, fmt::format("cannot listen on {}", format_host_port(address)),
                         ErrorSource::Input));
  }
  listener->watch();
  return std::unique_ptr<Listener>(std::move(listener));
}

Result<HostPort> Loop::probe_listen(const HostPort& address) {
  FL_TRY(const ListenSocket socket, ListenSocket::bind(address, false));
  return socket.address();
}

}  // namespace faultline::io

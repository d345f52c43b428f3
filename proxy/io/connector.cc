// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/assert.h"
#include "proxy/base/units.h"
#include "proxy/io/loop_impl.h"

#include <fmt/core.h>
#include <uv.h>

#include <memory>
#include <utility>
#include <vector>

#include <netdb.h>
#include <sys/socket.h>

namespace faultline::io {
namespace {

// The other side is not to blame when nothing was sent to it.
ErrorSource source_of(int code) {
  const bool is_own = code == UV_EMFILE || code == UV_ENFILE || code == UV_ENOMEM ||
                      code == UV_ENOBUFS || code == UV_EAI_MEMORY;
  return is_own ? ErrorSource::Internal : ErrorSource::Upstream;
}

// One connect: resolves a name if there is one, then tries the addresses in order. Owns itself,
// because libuv's requests outlive a cancel; deleted when it has finished and none is pending.
class ConnectOperation final {
 public:
  ConnectOperation(Loop& loop, HostPort target, Duration timeout, Loop::ConnectCallback on_done)
      : loop_(loop), target_(std::move(target)), timeout_(timeout), on_done_(std::move(on_done)) {
    ++loop.impl().live;
  }
  ConnectOperation(const ConnectOperation&) = delete;
  ConnectOperation& operator=(const ConnectOperation&) = delete;

  void start();
  /// The callback is not called from here on.
  void cancel();
  /// Where the outside refers to it; set to null when the callback is due.
  void set_owner(ConnectOperation** owner) { owner_ = owner; }

 private:
  ~ConnectOperation() { loop_.impl().on_handle_closed(); }

  void resolve();
  void on_resolved(int status, addrinfo* found);
  void try_next();
  void on_connected(int status);
  void finish(Result<std::unique_ptr<Stream>> result);
  void finish_with(int code);
  void finish_soon(int code);
  [[nodiscard]] Error error(int code) const {
    Error result = os_error(code, what(), source_of(code));
    result.retryable = result.code != ErrorCode::NotFound;
    return result;
  }
  [[nodiscard]] std::string what() const {
    return fmt::format("cannot connect to {}", format_host_port(target_));
  }
  void release() {
    FL_DASSERT(pending_ > 0);
    --pending_;
    delete_if_done();
  }
  void delete_if_done() {
    if (is_finished_ && pending_ == 0) delete this;
  }

  Loop& loop_;
  HostPort target_;
  Duration timeout_;
  Loop::ConnectCallback on_done_;
  ConnectOperation** owner_ = nullptr;
  TimerHandle timer_;
  uv_getaddrinfo_t lookup_{};
  std::vector<Endpoint> candidates_;
  size_t next_ = 0;
  std::unique_ptr<Stream> stream_;  // the one that connects
  int first_error_ = 0;
  int pending_ = 0;  // callbacks that will still come
  bool is_resolving_ = false;
  bool is_finished_ = false;
};

void ConnectOperation::start() {
  if (loop_.impl().is_ending) {
    finish_soon(UV_ECANCELED);
    return;
  }
  timer_ = loop_.call_after(timeout_, [this] {
    Error late =
        Error::make(ErrorCode::TimedOut,
                    fmt::format("{}: timed out after {}", what(), format_duration(timeout_)),
                    ErrorSource::Upstream);
    late.retryable = true;
    finish(fail(std::move(late)));
  });
  if (target_.host == "localhost") {
    candidates_ = {*parse_endpoint({"127.0.0.1", target_.port}),
                   *parse_endpoint({"::1", target_.port})};
  } else if (const auto endpoint = parse_endpoint(target_)) {
    candidates_ = {*endpoint};
  } else {
    resolve();
    return;
  }
  try_next();
}

void ConnectOperation::resolve() {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  lookup_.data = this;
  const int status = uv_getaddrinfo(
      loop_.impl().uv, &lookup_,
      [](uv_getaddrinfo_t* request, int code, addrinfo* found) {
        static_cast<ConnectOperation*>(request->data)->on_resolved(code, found);
      },
      target_.host.c_str(), nullptr, &hints);
  if (status != 0) {
    finish_soon(status);
    return;
  }
  is_resolving_ = true;
  ++pending_;
}

void ConnectOperation::on_resolved(int status, addrinfo* found) {
  is_resolving_ = false;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    candidates_.push_back(from_sockaddr(entry->ai_addr));
    candidates_.back().port = target_.port;
  }
  uv_freeaddrinfo(found);
  if (!is_finished_) {
    if (loop_.impl().is_ending) status = UV_ECANCELED;
    if (status == 0 && candidates_.empty()) status = UV_EAI_NONAME;
    if (status == 0) {
      try_next();
    } else {
      finish_with(status);
    }
  }
  release();
}

// Begins with the next address; when none is left, ends with the error of the first.
void ConnectOperation::try_next() {
  while (next_ < candidates_.size()) {
    auto started = start_tcp_connect(loop_.impl(), candidates_[next_++], [this](int status) {
      on_connected(status);
      release();
    });
    if (started) {
      stream_ = std::move(*started);
      ++pending_;
      return;
    }
    if (first_error_ == 0) first_error_ = started.error();
  }
  finish_soon(first_error_);
}

void ConnectOperation::on_connected(int status) {
  if (is_finished_) return;
  if (status == 0) {
    finish(std::move(stream_));
    return;
  }
  stream_.reset();
  if (loop_.impl().is_ending) {
    finish_with(UV_ECANCELED);
    return;
  }
  if (first_error_ == 0) first_error_ = status;
  try_next();
}

void ConnectOperation::finish(Result<std::unique_ptr<Stream>> result) {
  if (is_finished_) return;
  // The callback may cancel: what it finds is an operation that is over.
  const Loop::ConnectCallback on_done = std::move(on_done_);
  ++pending_;
  cancel();
  on_done(std::move(result));
  release();
}

void ConnectOperation::finish_with(int code) { finish(fail(error(code))); }

void ConnectOperation::finish_soon(int code) {
  ++pending_;
  loop_.call_soon([this, code] {
    finish_with(code);
    release();
  });
}

void ConnectOperation::cancel() {
  if (is_finished_) return;
  is_finished_ = true;
  on_done_ = nullptr;
  timer_.cancel();
  if (owner_ != nullptr) *owner_ = nullptr;
  stream_.reset();
  if (is_resolving_) uv_cancel(reinterpret_cast<uv_req_t*>(&lookup_));
  delete_if_done();
}

class TcpConnector final : public Connector {
 public:
  explicit TcpConnector(ConnectOperation* operation) : operation_(operation) {
    operation->set_owner(&operation_);
  }
  TcpConnector(const TcpConnector&) = delete;
  TcpConnector& operator=(const TcpConnector&) = delete;
  ~TcpConnector() override {
    if (operation_ != nullptr) operation_->cancel();
  }

 private:
  ConnectOperation* operation_;  // null when the callback was called
};

}  // namespace

std::unique_ptr<Connector> Loop::connect(const HostPort& address, Duration timeout,
                                         ConnectCallback on_done) {
  FL_DASSERT(impl_->is_on_owner_thread());
  auto* operation = new ConnectOperation(*this, address, timeout, std::move(on_done));
  auto connector = std::make_unique<TcpConnector>(operation);
  operation->start();
  return connector;
}

}  // namespace faultline::io

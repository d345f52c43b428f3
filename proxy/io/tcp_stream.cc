// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/assert.h"
#include "proxy/base/limits.h"
#include "proxy/io/loop_impl.h"
#include "proxy/io/stream.h"

#include <fmt/core.h>
#include <uv.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <new>
#include <span>
#include <utility>

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace faultline::io {
namespace {

constexpr size_t kHighWatermark = limits::kConnectionBufferBytes;
constexpr size_t kLowWatermark = kHighWatermark / 2;
// Slices handed to one writev().
constexpr size_t kWriteSlices = 64;
// What one uv_write carries: four buffers fit into libuv's request, and few bytes make its end,
// which is the signal that the socket takes more, come soon.
constexpr size_t kPendingSlices = 4;
constexpr size_t kPendingBytes = 64UL * 1024;
// Full reads in a row before the next larger block is used, small ones before the smaller.
constexpr int8_t kReadStreak = 2;

// The front of `bytes` as libuv wants it; returns how many buffers are used.
unsigned fill(std::span<uv_buf_t> buffers, const buffer::Chain& bytes) {
  unsigned count = 0;
  for (const buffer::Slice& slice : bytes.slices()) {
    if (count == buffers.size()) break;
    // uv_buf_t has a pointer to mutable bytes; a write does not touch them.
    buffers[count++] = uv_buf_t{const_cast<char*>(slice.data()), slice.size()};
  }
  return count;
}

// A TCP connection on a loop.
//
// Reading: pause() alone stops nothing. Only when bytes come while paused does the next
// alloc callback refuse memory, and the handle is stopped then; a stream that is paused and
// resumed between two messages costs no system call. The budget per turn works the same way: a
// refused read leaves the descriptor readable, and the next turn of the loop comes back to it.
//
// Writing: what the socket does not take at once waits in queue_, of which at most one uv_write
// has a part.
class TcpStream final : public Stream, private LoopClient {
 public:
  TcpStream(Loop::Impl& loop, const Endpoint& peer, ErrorSource source)
      : loop_(loop), peer_(peer), source_(source) {
    FL_ASSERT(uv_tcp_init(loop.uv, &tcp_) == 0);
    tcp_.data = static_cast<LoopClient*>(this);
    ++loop.live;
  }
  TcpStream(const TcpStream&) = delete;
  TcpStream& operator=(const TcpStream&) = delete;

  // libuv keeps the address until the handle has closed. An owner that lets go earlier (a refused
  // connection, the end of a test) leaves the object to its close callback.
  static void operator delete(TcpStream* self, std::destroying_delete_t /*tag*/) {
    if (self->is_closed_) {
      destroy(self);
      return;
    }
    self->is_abandoned_ = true;
    self->close();
  }

  ~TcpStream() override = default;

  [[nodiscard]] int adopt(int fd) { return uv_tcp_open(&tcp_, fd); }
  [[nodiscard]] int connect(std::function<void(int)> on_done);

  void set_events(StreamEvents& events) noexcept override { events_ = &events; }
  void start() override;
  void write(buffer::Chain&& bytes) override;
  [[nodiscard]] size_t queued_bytes() const noexcept override {
    return queue_.size() + (pending_ != nullptr ? pending_->bytes.size() : 0);
  }
  [[nodiscard]] bool is_above_high_watermark() const noexcept override { return is_above_high_; }
  void request_flushed_event() override;
  void pause(PauseReason reason) noexcept override {
    pauses_ += pause_mask_ == 0 ? 1 : 0;
    pause_mask_ = static_cast<uint8_t>(pause_mask_ | static_cast<uint8_t>(reason));
  }
  void resume(PauseReason reason) noexcept override {
    if (!is_paused()) return;
    pause_mask_ = static_cast<uint8_t>(pause_mask_ & ~static_cast<uint8_t>(reason));
    start_reading();
  }
  [[nodiscard]] bool is_paused() const noexcept override { return pause_mask_ != 0; }
  [[nodiscard]] uint32_t pauses() const noexcept override { return pauses_; }
  void shutdown() override;
  void close() override;
  void reset() override;
  [[nodiscard]] uint64_t bytes_read() const noexcept override { return bytes_read_; }
  [[nodiscard]] uint64_t bytes_written() const noexcept override { return bytes_written_; }
  [[nodiscard]] uint64_t bytes_acknowledged() const noexcept override;
  [[nodiscard]] HostPort peer() const override { return to_host_port(peer_); }

 private:
  struct PendingConnect : uv_connect_t {
    std::function<void(int)> on_done;
  };
  struct PendingWrite {
    uv_write_t request;
    buffer::Chain bytes;
  };

  [[nodiscard]] bool has_queue() const noexcept { return pending_ != nullptr || !queue_.empty(); }
  static void destroy(TcpStream* self) {
    self->~TcpStream();
    ::operator delete(static_cast<void*>(self));
  }
  static TcpStream& of(void* data) {
    return *static_cast<TcpStream*>(static_cast<LoopClient*>(data));
  }
  [[nodiscard]] uv_stream_t* handle() noexcept { return reinterpret_cast<uv_stream_t*>(&tcp_); }

  void on_turn_end() override;
  void on_loop_end() override { close(); }

  void start_reading() noexcept;
  [[nodiscard]] uv_buf_t on_alloc();
  void on_read(ssize_t count, size_t room);
  void on_read_bytes(uint32_t count, size_t room);
  void on_read_refused();
  void on_read_end(int code);
  void adapt_read_size(size_t count, size_t room) noexcept;
  void deliver_data_end();
  void enlist();

  void try_write(buffer::Chain& bytes);
  void start_pending_write();
  void on_pending_write(int status);
  void on_write_error(int code);
  void finish_writes();
  void send_fin();

  void fail(int code);
  void begin_close();
  void on_handle_closed();

  uv_tcp_t tcp_;
  Loop::Impl& loop_;
  StreamEvents* events_ = nullptr;
  buffer::Chain queue_;
  std::unique_ptr<PendingWrite> pending_;  // only while the socket is full
  std::unique_ptr<Error> error_;
  uint64_t bytes_read_ = 0;
  uint64_t bytes_written_ = 0;
  uint64_t turn_ = 0;  // the loop's turn that turn_bytes_ counts for
  uint32_t turn_bytes_ = 0;
  uint32_t pauses_ = 0;
  Endpoint peer_;
  int write_error_ = 0;  // the peer is gone, but what it sent before may still be read
  ErrorSource source_;
  uint8_t pause_mask_ = 0;
  uint8_t read_class_ = 0;  // of ReadBlocks
  int8_t read_streak_ = 0;  // full reads in a row, or small ones below zero
  bool is_started_ : 1 = false;
  bool is_reading_ : 1 = false;  // the handle is
  bool has_ended_ : 1 = false;   // FIN came
  bool has_data_end_due_ : 1 = false;
  bool has_flushed_due_ : 1 = false;
  bool is_enlisted_ : 1 = false;
  bool is_above_high_ : 1 = false;
  bool is_shut_down_ : 1 = false;  // shutdown() was called
  bool is_closing_ : 1 = false;
  bool is_closed_ : 1 = false;
  bool is_abandoned_ : 1 = false;  // the owner has let go
};

// 16,384 connections of one listener and as many upstream are to fit into 20 MiB.
static_assert(sizeof(TcpStream) <= 600);

int TcpStream::connect(std::function<void(int)> on_done) {
  sockaddr_storage address;
  static_cast<void>(to_sockaddr(peer_, address));
  auto request = std::make_unique<PendingConnect>();
  request->on_done = std::move(on_done);
  const int status = uv_tcp_connect(
      request.get(), &tcp_, reinterpret_cast<sockaddr*>(&address),
      [](uv_connect_t* base, int code) {
        const std::unique_ptr<PendingConnect> done(static_cast<PendingConnect*>(base));
        done->on_done(code);
      });
  if (status != 0) return status;
  static_cast<void>(request.release());  // its callback has it
  uv_tcp_nodelay(&tcp_, 1);
  return 0;
}

void TcpStream::start() {
  FL_DASSERT(events_ != nullptr);
  FL_DASSERT(!is_started_);
  is_started_ = true;
  start_reading();
}

void TcpStream::start_reading() noexcept {
  if (!is_started_ || is_reading_ || has_ended_ || is_closing_ || is_paused()) return;
  const int status = uv_read_start(
      handle(),
      [](uv_handle_t* handle, size_t /*suggested*/, uv_buf_t* buffer) {
        *buffer = of(handle->data).on_alloc();
      },
      [](uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
        of(stream->data).on_read(count, buffer->len);
      });
  if (status != 0) {
    fail(status);
    return;
  }
  is_reading_ = true;
}

uv_buf_t TcpStream::on_alloc() {
  if (turn_ != loop_.turn) {
    turn_ = loop_.turn;
    turn_bytes_ = 0;
  }
  if (is_paused() || turn_bytes_ >= limits::kReadBytesPerTurn) return {nullptr, 0};
  const ReadBlocks::Room room = loop_.read_blocks.room(read_class_);
  return {room.data, room.bytes};
}

void TcpStream::on_read(ssize_t count, size_t room) {
  if (count > 0) {
    on_read_bytes(static_cast<uint32_t>(count), room);
  } else if (count == 0) {
    deliver_data_end();  // EAGAIN after reads that filled their buffers
  } else if (count == UV_ENOBUFS) {
    on_read_refused();
  } else {
    on_read_end(static_cast<int>(count));
  }
}

void TcpStream::on_read_bytes(uint32_t count, size_t room) {
  bytes_read_ += count;
  turn_bytes_ += count;
  buffer::Slice slice = loop_.read_blocks.take(read_class_, count);
  adapt_read_size(count, room);
  // A read that filled its buffer is followed by another one or, after a pause, by nothing: the
  // end of the turn is then the end of the data.
  has_data_end_due_ = true;
  if (count == room) enlist();
  events_->on_data(std::move(slice));
  if (count < room) deliver_data_end();
}

void TcpStream::adapt_read_size(size_t count, size_t room) noexcept {
  const auto& sizes = ReadBlocks::kBytes;
  if (count == room) {
    read_streak_ = static_cast<int8_t>(std::max<int8_t>(read_streak_, 0) + 1);
    if (read_streak_ >= kReadStreak && read_class_ + 1U < ReadBlocks::kClasses) {
      ++read_class_;
      read_streak_ = 0;
    }
    read_streak_ = std::min(read_streak_, kReadStreak);
    return;
  }
  read_streak_ = std::min<int8_t>(read_streak_, 0);
  if (read_class_ == 0 || count >= sizes[read_class_ - 1U] / 2) return;
  if (--read_streak_ <= -kReadStreak) {
    --read_class_;
    read_streak_ = 0;
  }
}

void TcpStream::deliver_data_end() {
  if (!has_data_end_due_ || is_closing_) return;
  has_data_end_due_ = false;
  events_->on_data_end();
}

void TcpStream::on_read_refused() {
  deliver_data_end();
  if (is_closing_ || !is_paused()) return;  // over its budget: the next turn reads on
  if (write_error_ != 0) {
    fail(write_error_);
    return;
  }
  uv_read_stop(handle());
  is_reading_ = false;
}

void TcpStream::on_read_end(int code) {
  deliver_data_end();
  if (is_closing_) return;
  is_reading_ = false;
  has_ended_ = true;
  if (write_error_ != 0) {
    fail(write_error_);
  } else if (code == UV_EOF) {
    events_->on_end();
  } else {
    fail(code);
  }
}

void TcpStream::enlist() {
  if (is_enlisted_) return;
  is_enlisted_ = true;
  loop_.enlist_turn_end(*this);
}

void TcpStream::on_turn_end() {
  is_enlisted_ = false;
  deliver_data_end();
  if (is_closing_ || !has_flushed_due_ || has_queue()) return;
  has_flushed_due_ = false;
  events_->on_flushed();
}

void TcpStream::write(buffer::Chain&& bytes) {
  FL_DASSERT(!is_shut_down_);
  const auto is_lost = [this] { return is_closing_ || is_shut_down_ || write_error_ != 0; };
  if (!has_queue() && !is_lost()) {
    try_write(bytes);
    if (bytes.empty()) return;
  }
  if (is_lost()) {
    bytes.clear();
    return;
  }
  queue_.append(std::move(bytes));
  queue_.pack(loop_.blocks);
  if (queued_bytes() > kHighWatermark) is_above_high_ = true;
  start_pending_write();
}

// Writes from the front until the socket is full.
void TcpStream::try_write(buffer::Chain& bytes) {
  while (!bytes.empty()) {
    std::array<uv_buf_t, kWriteSlices> buffers;
    const unsigned count = fill(buffers, bytes);
    const int written = uv_try_write(handle(), buffers.data(), count);
    if (written == UV_EAGAIN) return;
    if (written < 0) {
      on_write_error(written);
      return;
    }
    bytes_written_ += static_cast<size_t>(written);
    bytes.advance(static_cast<size_t>(written));
    if (count < kWriteSlices) return;  // all, or as much as the socket took
  }
}

void TcpStream::start_pending_write() {
  if (pending_ != nullptr) return;
  // Out of the queue: what libuv refers to must not be packed.
  size_t bytes = 0;
  size_t slices = 0;
  for (const buffer::Slice& slice : queue_.slices()) {
    if (slices++ == kPendingSlices || bytes >= kPendingBytes) break;
    bytes += slice.size();
  }
  pending_ = std::make_unique<PendingWrite>();
  pending_->bytes = queue_.take(std::min(bytes, kPendingBytes));
  std::array<uv_buf_t, kPendingSlices> buffers;
  const int status = uv_write(
      &pending_->request, handle(), buffers.data(), fill(buffers, pending_->bytes),
      [](uv_write_t* request, int code) { of(request->handle->data).on_pending_write(code); });
  if (status == 0) return;
  pending_.reset();
  on_write_error(status);
}

void TcpStream::on_pending_write(int status) {
  if (is_closing_) return;
  bytes_written_ += status == 0 ? pending_->bytes.size() : 0;
  pending_.reset();
  if (status != 0) {
    on_write_error(status);
    return;
  }
  try_write(queue_);
  if (is_closing_ || write_error_ != 0) return;
  if (!queue_.empty()) start_pending_write();
  finish_writes();
}

// After the queue has become shorter.
void TcpStream::finish_writes() {
  if (is_above_high_ && queued_bytes() <= kLowWatermark) {
    is_above_high_ = false;
    events_->on_drained();
  }
  if (is_closing_ || has_queue()) return;
  if (is_shut_down_) send_fin();
  if (!has_flushed_due_) return;
  has_flushed_due_ = false;
  events_->on_flushed();
}

// A server that answers before it has read all of a request and then closes makes our write fail
// while its answer waits to be read. So the reads go on until they end, when they can.
void TcpStream::on_write_error(int code) {
  queue_.clear();
  is_above_high_ = false;
  const bool is_peer_gone = code == UV_EPIPE || code == UV_ECONNRESET;
  if (is_peer_gone && is_reading_ && !is_paused()) {
    write_error_ = code;
    return;
  }
  fail(code);
}

uint64_t TcpStream::bytes_acknowledged() const noexcept {
  uv_os_fd_t fd = -1;
  int unacknowledged = 0;
  const bool is_known = uv_fileno(reinterpret_cast<const uv_handle_t*>(&tcp_), &fd) == 0 &&
                        ::ioctl(fd, SIOCOUTQ, &unacknowledged) == 0;
  // Of what uv_write has, the kernel may have a part.
  const size_t pending = pending_ == nullptr ? 0 : pending_->bytes.size();
  const uint64_t handed_over = bytes_written_ + pending - tcp_.write_queue_size;
  return is_known ? handed_over - static_cast<uint64_t>(unacknowledged) : handed_over;
}

void TcpStream::request_flushed_event() {
  has_flushed_due_ = true;
  if (!has_queue()) enlist();
}

void TcpStream::shutdown() {
  if (is_closing_ || is_shut_down_) return;
  is_shut_down_ = true;
  if (!has_queue()) send_fin();
}

// Directly: with nothing in uv's queue a uv_shutdown request would only go once around the loop.
// A connection that has failed meanwhile says so to the reader.
void TcpStream::send_fin() {
  uv_os_fd_t fd = -1;
  if (uv_fileno(reinterpret_cast<uv_handle_t*>(&tcp_), &fd) == 0) ::shutdown(fd, SHUT_WR);
}

void TcpStream::close() {
  if (!is_closing_) begin_close();
}

void TcpStream::reset() {
  if (is_closing_) return;
  uv_os_fd_t fd = -1;
  if (uv_fileno(reinterpret_cast<uv_handle_t*>(&tcp_), &fd) == 0) {
    const linger now{1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  }
  begin_close();
}

void TcpStream::fail(int code) {
  if (is_closing_) return;
  error_ = std::make_unique<Error>(
      os_error(code, fmt::format("connection with {} failed", format_host_port(peer())), source_));
  begin_close();
}

void TcpStream::begin_close() {
  is_closing_ = true;
  is_reading_ = false;
  uv_close(reinterpret_cast<uv_handle_t*>(&tcp_),
           [](uv_handle_t* handle) { of(handle->data).on_handle_closed(); });
}

void TcpStream::on_handle_closed() {
  is_closed_ = true;
  queue_.clear();
  pending_.reset();
  loop_.on_handle_closed();
  if (is_abandoned_) {
    destroy(this);
  } else if (events_ != nullptr) {
    events_->on_closed(error_.get());
  }
}

}  // namespace

Result<std::unique_ptr<Stream>> open_tcp_stream(Loop::Impl& loop, int fd, const Endpoint& peer,
                                                ErrorSource source) {
  std::unique_ptr<TcpStream> stream(new TcpStream(loop, peer, source));
  const int status = stream->adopt(fd);
  if (status == 0) return std::unique_ptr<Stream>(std::move(stream));
  ::close(fd);
  return fail(os_error(
      status, fmt::format("connection with {} failed", format_host_port(to_host_port(peer))),
      source));
}

tl::expected<std::unique_ptr<Stream>, int> start_tcp_connect(Loop::Impl& loop, const Endpoint& peer,
                                                             std::function<void(int)> on_done) {
  std::unique_ptr<TcpStream> stream(new TcpStream(loop, peer, ErrorSource::Upstream));
  const int status = stream->connect(std::move(on_done));
  if (status != 0) return tl::unexpected<int>(status);
  return std::unique_ptr<Stream>(std::move(stream));
}

}  // namespace faultline::io

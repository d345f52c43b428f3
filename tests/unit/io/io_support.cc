// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "tests/unit/io/io_support.h"

#include <gtest/gtest.h>

#include <algorithm>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace faultline::io {

namespace {

void set_descriptor_limit(uint64_t count) {
  rlimit limit{};
  EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = count;
  EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
}

}  // namespace

DescriptorLimit::DescriptorLimit() {
  rlimit limit{};
  EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  before_ = limit.rlim_cur;
  const int lowest_free = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::close(lowest_free);
  set_descriptor_limit(static_cast<uint64_t>(lowest_free));
}

DescriptorLimit::~DescriptorLimit() { set_descriptor_limit(before_); }

bool LoopThread::wait_until(const std::function<bool()>& is_true) {
  struct Watch {
    std::promise<bool> done;
    TimerHandle timer;
    std::function<void()> look;
  };
  Watch watch;
  auto result = watch.done.get_future();
  const MonoTime end = clock_.now() + std::chrono::seconds(10);
  watch.look = [this, &watch, &is_true, end] {
    const bool is_met = is_true();
    if (is_met || clock_.now() > end) {
      watch.timer = TimerHandle();  // here: a handle cancels on the loop's thread only
      watch.done.set_value(is_met);
      return;
    }
    watch.timer = loop_.call_after(std::chrono::milliseconds(1), [&watch] { watch.look(); }, true);
  };
  loop_.post([&watch] { watch.look(); });
  return result.get();
}

void LoopThread::stop() {
  if (!thread_.joinable()) return;
  loop_.stop();
  thread_.join();
}

void Recorder::on_data(buffer::Slice slice) {
  events.push_back("data:" + std::to_string(slice.size()));
  bytes += slice.view();
  if (data_hook) data_hook(slice);
}

void Recorder::on_data_end() {
  events.emplace_back("data_end");
  if (data_end_hook) data_end_hook();
}

void Recorder::on_end() {
  events.emplace_back("end");
  if (end_hook) end_hook();
}

void Recorder::on_drained() {
  events.emplace_back("drained");
  if (drained_hook) drained_hook();
}

void Recorder::on_flushed() { events.emplace_back("flushed"); }

void Recorder::on_closed(const Error* closing_error) {
  ++closed;
  if (closing_error != nullptr) error = *closing_error;
  events.push_back(closing_error == nullptr
                       ? "closed"
                       : "closed:" + std::string(error_code_name(closing_error->code)));
}

size_t Recorder::count(std::string_view event) const {
  return static_cast<size_t>(std::count(events.begin(), events.end(), event));
}

Server::Server(LoopThread& thread, std::function<void(Session&)> on_session, bool starts)
    : thread_(thread) {
  thread_.on_loop([this, starts, hook = std::move(on_session)] {
    auto listener =
        thread_.loop().listen({"127.0.0.1", 0}, [this, starts, hook](std::unique_ptr<Stream> s) {
          sessions_.push_back(std::make_unique<Session>());
          Session& session = *sessions_.back();
          session.stream = std::move(s);
          session.stream->set_events(session.recorder);
          if (hook) hook(session);
          if (starts) session.stream->start();
        });
    EXPECT_TRUE(listener.has_value());
    listener_ = std::move(*listener);
    address_ = listener_->address();
  });
}

Server::~Server() {
  thread_.on_loop([this] {
    sessions_.clear();
    listener_.reset();
  });
}

Session& Server::session(size_t index) {
  EXPECT_TRUE(thread_.wait_until([this, index] { return sessions_.size() > index; }));
  return *sessions_.at(index);
}

Recorder seen(LoopThread& thread, const Session& session) {
  return thread.on_loop([&session] { return session.recorder; });
}

std::string pattern(size_t bytes, size_t offset) {
  std::string text(bytes, '\0');
  for (size_t i = 0; i < bytes; ++i) {
    const size_t at = offset + i;
    text[i] = static_cast<char>((at ^ (at >> 8U) ^ (at >> 16U) * 31) & 0xFFU);
  }
  return text;
}

bool is_pattern(std::string_view bytes, size_t offset) {
  return bytes == pattern(bytes.size(), offset);
}

buffer::Chain chain_of(Loop& loop, std::string_view text) {
  buffer::Chain chain;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, limits::kBlockBytes);
    chain.append(loop.blocks().copy(part));
    text.remove_prefix(part.size());
  }
  return chain;
}

}  // namespace faultline::io

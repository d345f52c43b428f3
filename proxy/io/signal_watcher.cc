// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/assert.h"
#include "proxy/io/loop_impl.h"

#include <uv.h>

#include <functional>
#include <memory>
#include <new>
#include <utility>

namespace faultline::io {
namespace {

class UvSignalWatcher final : public SignalWatcher, private LoopClient {
 public:
  UvSignalWatcher(Loop::Impl& loop, int signal, std::function<void()> on_signal)
      : loop_(loop), on_signal_(std::move(on_signal)) {
    FL_ASSERT(uv_signal_init(loop.uv, &handle_) == 0);
    handle_.data = static_cast<LoopClient*>(this);
    ++loop.live;
    // Fails only for a signal that cannot be caught, which is an error of the caller.
    FL_ASSERT(uv_signal_start(
                  &handle_, [](uv_signal_t* handle, int) { of(handle->data).on_signal_(); },
                  signal) == 0);
  }
  UvSignalWatcher(const UvSignalWatcher&) = delete;
  UvSignalWatcher& operator=(const UvSignalWatcher&) = delete;
  ~UvSignalWatcher() override = default;

  // libuv keeps the address until the handle has closed.
  static void operator delete(UvSignalWatcher* self, std::destroying_delete_t /*tag*/) {
    if (self->is_closed_) {
      destroy(self);
      return;
    }
    self->is_abandoned_ = true;
    self->on_loop_end();
  }

 private:
  static void destroy(UvSignalWatcher* self) {
    self->~UvSignalWatcher();
    ::operator delete(static_cast<void*>(self));
  }
  static UvSignalWatcher& of(void* data) {
    return *static_cast<UvSignalWatcher*>(static_cast<LoopClient*>(data));
  }
  void on_loop_end() override {
    if (std::exchange(is_closing_, true)) return;
    uv_close(reinterpret_cast<uv_handle_t*>(&handle_), [](uv_handle_t* handle) {
      UvSignalWatcher& self = of(handle->data);
      self.is_closed_ = true;
      self.loop_.on_handle_closed();
      if (self.is_abandoned_) destroy(&self);
    });
  }

  uv_signal_t handle_;
  Loop::Impl& loop_;
  std::function<void()> on_signal_;
  bool is_closing_ = false;
  bool is_closed_ = false;
  bool is_abandoned_ = false;
};

}  // namespace

std::unique_ptr<SignalWatcher> Loop::watch_signal(int signal, std::function<void()> on_signal) {
  FL_DASSERT(impl_->is_on_owner_thread());
  return std::unique_ptr<SignalWatcher>(new UvSignalWatcher(*impl_, signal, std::move(on_signal)));
}

}  // namespace faultline::io

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/assert.h"
#include "proxy/io/handle_owner.h"

#include <uv.h>

#include <functional>
#include <memory>
#include <new>
#include <utility>

namespace faultline::io {
namespace {

class UvSignalWatcher final : public SignalWatcher, private HandleOwnerOf<UvSignalWatcher> {
 public:
  UvSignalWatcher(Loop::Impl& loop, int signal, std::function<void()> on_signal)
      : HandleOwnerOf(loop), on_signal_(std::move(on_signal)) {
    FL_ASSERT(uv_signal_init(loop.uv, &handle_) == 0);
    adopt_handle(reinterpret_cast<uv_handle_t*>(&handle_));
    // Fails only for a signal that cannot be caught, which is an error of the caller.
    FL_ASSERT(uv_signal_start(
                  &handle_, [](uv_signal_t* handle, int) { of(handle->data).on_signal_(); },
                  signal) == 0);
  }
  ~UvSignalWatcher() override = default;
  static void operator delete(UvSignalWatcher* self, std::destroying_delete_t /*tag*/) {
    self->release();
  }

 private:
  friend HandleOwnerOf;

  uv_signal_t handle_;
  std::function<void()> on_signal_;
};

}  // namespace

std::unique_ptr<SignalWatcher> Loop::watch_signal(int signal, std::function<void()> on_signal) {
  FL_DASSERT(impl_->is_on_owner_thread());
  return std::unique_ptr<SignalWatcher>(new UvSignalWatcher(*impl_, signal, std::move(on_signal)));
}

}  // namespace faultline::io

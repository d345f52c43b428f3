// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/io/handle_owner.h"

#include <uv.h>

#include <utility>

namespace faultline::io {

void HandleOwner::adopt_handle(uv_handle_s* handle) {
  handle_ = handle;
  handle_->data = static_cast<LoopClient*>(this);
  ++loop_.live;
}

void HandleOwner::release() {
  if (handle_ == nullptr) {
    destroy();
    return;
  }
  is_abandoned_ = true;
  on_loop_end();
}

void HandleOwner::on_loop_end() {
  if (std::exchange(is_closing_, true)) return;
  before_close();
  uv_close(handle_, [](uv_handle_t* handle) {
    auto& self = *static_cast<HandleOwner*>(static_cast<LoopClient*>(handle->data));
    self.handle_ = nullptr;
    self.loop_.on_handle_closed();
    if (self.is_abandoned_) self.destroy();
  });
  after_close();
}

}  // namespace faultline::io

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/io/loop_impl.h"

namespace faultline::io {

/// Base of an object around one libuv handle. libuv keeps the handle's address until its close
/// callback has run: so `delete` only begins to close, and the memory goes with that callback. A
/// loop that ends closes the handle of an object that is still there.
class HandleOwner : public LoopClient {
 public:
  HandleOwner(const HandleOwner&) = delete;
  HandleOwner& operator=(const HandleOwner&) = delete;

 protected:
  explicit HandleOwner(Loop::Impl& loop) : loop_(loop) {}
  ~HandleOwner() = default;

  /// Once the handle was initialised. Until then there is nothing to close.
  void adopt_handle(uv_handle_s* handle);
  /// Closes, then frees; what `delete` does.
  void release();
  [[nodiscard]] bool is_closing() const noexcept { return is_closing_; }

  /// The last moment at which the handle works; called once. Timers are cancelled here.
  virtual void before_close() {}
  /// libuv has let go of what the handle watched: a descriptor may be closed now, not before, when
  /// its number could already be another's.
  virtual void after_close() {}
  /// Ends the object and gives its memory back.
  virtual void destroy() = 0;

  Loop::Impl& loop_;

 private:
  void on_loop_end() final;

  uv_handle_s* handle_ = nullptr;  // null before it was adopted, and when it has closed
  bool is_closing_ = false;
  bool is_abandoned_ = false;
};

/// The same for a final class `Self`, which befriends this one and says
///
///   static void operator delete(Self* self, std::destroying_delete_t) { self->release(); }
template <typename Self>
class HandleOwnerOf : public HandleOwner {
 protected:
  using HandleOwner::HandleOwner;
  ~HandleOwnerOf() = default;

  /// From the data pointer of the handle.
  static Self& of(void* data) { return *static_cast<Self*>(static_cast<LoopClient*>(data)); }

 private:
  void destroy() final {
    Self* const self = static_cast<Self*>(this);
    self->~Self();
    ::operator delete(static_cast<void*>(self));
  }
};

}  // namespace faultline::io

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/engine.h"
#include "filters/fault_log.h"
#include "filters/pacer.h"
#include "proxy/base/scheduler.h"
#include "proxy/buffer/chain.h"
#include "proxy/http/h1_codec.h"
#include "proxy/http/message.h"
#include "rules/config.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

namespace faultline::filters {

class ResponseMemory;
class SwapBoard;

/// What a filter wants besides the heads.
enum class Interest : uint8_t {
  None = 0,
  RequestBody = 1,    // the whole request body, buffered up to body_limit()
  ResponseBody = 2,   // the whole response body
  RequestBytes = 4,   // a ByteStage on the bytes that go upstream
  ResponseBytes = 8,  // a ByteStage on the bytes that go downstream
};
[[nodiscard]] constexpr Interest operator|(Interest a, Interest b) noexcept {
  return static_cast<Interest>(static_cast<uint8_t>(a) | static_cast<uint8_t>(b));
}
[[nodiscard]] constexpr bool has(Interest set, Interest one) noexcept {
  return (static_cast<uint8_t>(set) & static_cast<uint8_t>(one)) != 0;
}

/// The interest in the bytes of one side.
[[nodiscard]] constexpr Interest bytes_of(rules::Side side) noexcept {
  return side == rules::Side::Request ? Interest::RequestBytes : Interest::ResponseBytes;
}

/// What the chain does next. After Hold the filter must later call FilterContext::proceed(),
/// respond() or end(); until then the exchange waits and its source is paused by the watermarks.
enum class Flow : uint8_t { Continue, Hold };

/// How an exchange ends when a fault ends it. What was given on before leaves before.
enum class EndKind : uint8_t {
  Close,  // FIN to the client, the answer (or its rest) never comes
  Reset,  // RST to the client
};

/// One half on its way through the chain. `body` is the whole payload when a filter asked for it
/// and it fitted; null otherwise. `body_refused` then says why it was not buffered.
template <typename HeadType>
struct Message {
  HeadType& head;
  buffer::Chain* body = nullptr;
  bool is_body_edited = false;  // set by the filter that replaced *body; the chain frames it anew
  std::optional<rules::BypassReason> body_refused;
};
using RequestMessage = Message<http::RequestHead>;
using ResponseMessage = Message<http::ResponseHead>;

/// What an exchange offers its filters. Implemented by proxy/server; on the exchange's worker.
/// respond() and end() called from inside a filter take effect when that call returns.
class FilterContext {
 public:
  virtual ~FilterContext() = default;
  [[nodiscard]] virtual Scheduler& scheduler() noexcept = 0;
  [[nodiscard]] virtual buffer::BlockPool& blocks() noexcept = 0;
  [[nodiscard]] virtual FaultLog& fault_log() noexcept = 0;
  /// The contracts of the listener; null when it has none.
  [[nodiscard]] virtual const contracts::ContractSet* contracts() const noexcept = 0;
  /// Ends a Hold on that side.
  virtual void proceed(rules::Side side) = 0;
  /// Answers the client in place of what it would get. On the request side the upstream is never
  /// called; on the response side its answer is discarded.
  virtual void respond(http::LocalReply reply) = 0;
  virtual void end(EndKind kind) = 0;
  /// Reads no more from whoever sends that side, so that his window closes; goes on reading.
  virtual void pause_source(rules::Side side) = 0;
  virtual void resume_source(rules::Side side) = 0;
  /// Passes an informational answer on that takes_interim() kept; nothing once the answer has
  /// begun.
  virtual void send_interim(http::ResponseHead&& head) = 0;
  /// Sends a second copy of the request, as it will have left, `gap` after the first.
  virtual void send_copy(Duration gap) = 0;
  /// The old answers of this process, and the meeting point of this worker.
  [[nodiscard]] virtual ResponseMemory& responses() noexcept = 0;
  [[nodiscard]] virtual SwapBoard& swaps() noexcept = 0;
  /// The limiter of a throttle: one of its own, the connection's, or the listener's.
  [[nodiscard]] virtual std::shared_ptr<RateLimiter> limiter(const PlannedFault& fault,
                                                             const rules::ThrottleSpec& spec) = 0;
};

/// Edits the pace or the content of one direction's bytes on their way to a stream. Owned by the
/// exchange or the TCP session; gives bytes to its sink when they may go.
class ByteStage {
 public:
  /// `end` comes with the last bytes (which may be none).
  using Sink = std::function<void(buffer::Chain&& bytes, bool end)>;
  virtual ~ByteStage() = default;
  virtual void push(buffer::Chain&& bytes, bool end) = 0;
  /// Bytes taken and not yet given on: they count towards back-pressure.
  [[nodiscard]] virtual size_t held_bytes() const noexcept = 0;
  /// The stage is why nothing moves: silence is then no idleness of a peer.
  [[nodiscard]] virtual bool is_holding() const noexcept { return held_bytes() != 0; }
  /// The rule was disarmed. Bytes already taken keep their time and pace, with `flush` they leave
  /// now; what comes later passes behind them untouched.
  virtual void retire(bool flush) = 0;
};

/// A fired decision and whether its fault has acted: every one ends in exactly one of applied and
/// bypassed.
class FaultTicket {
 public:
  explicit FaultTicket(PlannedFault&& fault) : fault_(std::move(fault)) {}

  template <typename Effect>
  void apply(FilterContext& context, FaultAction&& action, Effect&& effect) {
    is_settled_ = true;
    context.fault_log().apply(fault_, std::move(action), std::forward<Effect>(effect));
  }
  void bypass(FilterContext& context, rules::BypassReason reason) {
    is_settled_ = true;
    context.fault_log().bypass(fault_, reason);
  }
  /// The exchange ended: a fault that never acted came too late.
  void end(FilterContext& context) {
    if (!is_settled_) bypass(context, rules::BypassReason::TooLate);
  }
  [[nodiscard]] bool is_settled() const noexcept { return is_settled_; }
  [[nodiscard]] const PlannedFault& fault() const noexcept { return fault_; }
  [[nodiscard]] uint64_t draw(FilterContext& context, uint64_t number) const {
    return context.fault_log().draw(fault_, number);
  }

 private:
  PlannedFault fault_;
  bool is_settled_ = false;
};

/// One fault on one exchange (HTTP) or connection (TCP). Created only when its decision fired;
/// owned by the exchange, lives on its worker. Changes traffic only through FaultLog::apply.
class Filter {
 public:
  virtual ~Filter() = default;
  /// It may lose an interest, but never gains one.
  [[nodiscard]] virtual Interest interest() const noexcept { return Interest::None; }
  /// Asked before a body is buffered for this filter: a reason not to.
  [[nodiscard]] virtual std::optional<rules::BypassReason> refuses_body(
      const http::Head& /*head*/) const {
    return std::nullopt;
  }
  /// TCP: the client has connected, nobody has dialled the upstream yet.
  virtual Flow on_connection(FilterContext& /*context*/) { return Flow::Continue; }
  /// The longest body it wants buffered for it.
  [[nodiscard]] virtual uint64_t body_limit() const noexcept { return limits::kCaptureBytes; }
  /// In plan order. The head is complete and nothing was forwarded.
  virtual Flow on_request(RequestMessage& /*message*/, FilterContext& /*context*/) {
    return Flow::Continue;
  }
  /// In reverse plan order. The upstream has answered, the client has seen nothing.
  virtual Flow on_response(ResponseMessage& /*message*/, FilterContext& /*context*/) {
    return Flow::Continue;
  }
  /// For filters with interest in bytes: the stage of that side, called once before its first
  /// byte goes out.
  [[nodiscard]] virtual std::unique_ptr<ByteStage> make_stage(rules::Side /*side*/,
                                                              FilterContext& /*context*/,
                                                              ByteStage::Sink /*sink*/) {
    return nullptr;
  }
  /// An informational answer came. True: the filter keeps it (moved out of `head`).
  [[nodiscard]] virtual bool takes_interim(http::ResponseHead& /*head*/,
                                           FilterContext& /*context*/) {
    return false;
  }
  /// The live rule was disarmed while its exchange or connection goes on: what has not happened
  /// yet does not happen; what is held stays held unless `flush`. Stages are told apart from this.
  virtual void on_disarm(FilterContext& /*context*/, bool /*flush*/) {}
  /// Called once when the exchange ends; a fault that never came to act bypasses itself here.
  virtual void on_end(FilterContext& /*context*/) {}
};

}  // namespace faultline::filters

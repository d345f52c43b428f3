// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/engine.h"
#include "proxy/base/event.h"
#include "proxy/base/message_view.h"
#include "proxy/base/trace_context.h"
#include "proxy/buffer/chain.h"
#include "proxy/http/message.h"
#include "proxy/record/exchange.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::mirror {

/// One half as it left the proxy: after faults, so that what the peer saw is what is checked.
template <typename HeadType>
struct CapturedHalf {
  // Not defaulted: a value-initialised half would zero the room for fields first.
  CapturedHalf() noexcept {}  // NOLINT(modernize-use-equals-default)

  HeadType head;
  buffer::Chain payload;       // content; transfer coding removed
  uint64_t payload_bytes = 0;  // all of it, also what was not kept
  BodyState state = BodyState::Complete;
};

/// What a trace says of an exchange beyond the rest.
struct TraceNotes {
  /// What the upstream took of it.
  struct Call {
    MonoTime began;  // the first byte was sent
    MonoTime ended;  // its answer was whole, or given up
    int status = 0;  // as the upstream said it; 0: it did not, or nobody knows
  };
  std::optional<TraceParent> parent;  // whom the client named
  MonoTime began;                     // the request's head was whole
  MonoTime ended;                     // the answer was given to the client, or given up
  std::optional<Call> call;           // nothing: nothing was sent upstream
};

/// One exchange on its way to the analysis. Holds slices of the worker's blocks, so it is made and
/// destroyed on the worker; the analysis thread only reads it and sends it back.
struct CapturedExchange {
  ExchangeId id;
  std::string_view listener;  // name; borrowed from the snapshot that `pin` keeps
  std::string_view protocol = "http";
  const contracts::ContractSet* contracts = nullptr;  // kept alive by `pin`
  std::shared_ptr<const void> pin;
  Duration started{};  // since the run began
  Duration duration{};
  Duration added{};  // of it, what faultline itself cost
  // Filled when an access log or traces are written, the client also where there is a contract.
  std::string client;    // the client's address
  std::string upstream;  // "host:port"; empty: nothing was sent upstream
  record::Outcome outcome = record::Outcome::Completed;
  CapturedHalf<http::RequestHead> request;
  std::optional<CapturedHalf<http::ResponseHead>> response;
  std::vector<AppliedFault> faults;
  std::optional<TraceNotes> trace;  // where traces are written
  size_t pinned_bytes = 0;
};

}  // namespace faultline::mirror

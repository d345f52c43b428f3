// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace faultline::sim {

/// Runs a stream of operations, two bytes each (what, how), against a Stage: clients connect, send
/// requests whole, in part or as nonsense, close and reset; servers answer, lie, close; time
/// passes; the worker reloads and drains. Returns what is wrong: a byte for a client that no server
/// and not the proxy sent, a leak, a session without end, books that do not balance.
///
///   byte 1 % 12   byte 2
///   0 connect     reading pace
///   1 request     which one (1 to 5: it ends somewhere in the middle)
///   2 nonsense    how many of the bytes that follow the client sends
///   3 4 5         the client with that number sends FIN, RST, closes
///   6 answer      which one
///   7 nonsense    how many of the bytes that follow the server sends
///   8 9           the server with that number closes, resets
///   10 time       2^(byte / 16) milliseconds pass
///   11 operator   reload
[[nodiscard]] std::string run_operations(std::span<const uint8_t> input);

}  // namespace faultline::sim

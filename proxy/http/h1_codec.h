// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/result.h"
#include "proxy/buffer/chain.h"
#include "proxy/http/message.h"

#include <cstdint>
#include <memory>
#include <string_view>

namespace faultline::http {

/// What a parser found, in order, for one message: head, body parts, end (with trailers). Calls
/// come from inside feed(), resume() and finish(); they must not call the parser and not destroy
/// it. The bytes of head and parts may be kept (they are counted slices).
///
/// Nothing of a slice is delivered before it was looked through up to its end or the end of the
/// message: an error anywhere in the same read leaves no trace of it.
template <typename HeadType>
class MessageEvents {
 public:
  virtual ~MessageEvents() = default;
  /// The head passed every rule of the policy. The head may be moved from.
  virtual void on_head(HeadType&& head) = 0;
  virtual void on_body(BodyPart part) = 0;
  /// The message is complete. `trailers` came after a chunked body (mostly empty). The parts
  /// already delivered include the last chunk and the trailer section as Framing.
  virtual void on_message_end(const Fields& trailers) = 0;
};

/// What feed() wants next.
enum class FeedState : uint8_t {
  NeedMore,    // all bytes were taken
  MessageEnd,  // one message ended and was delivered; the bytes of the next are kept. resume()
               // goes on; until then feed() keeps bytes and gives this answer again
  Upgraded,    // the same, and the message asked for another protocol: resume() stays with HTTP,
               // otherwise take_rest() has the first bytes of the tunnel
  Rejected,    // rejection() says why; the parser takes no more bytes
};

/// Parses HTTP/1.x requests of one connection: llhttp for the grammar, h1_policy for the rules it
/// lacks (raw start line, limits, who-has-a-body). Knows no socket; is fed and asked. A head is
/// delivered only after the policy accepted it. Stops after each message. One per connection.
class H1RequestParser {
 public:
  /// `pool` gives memory for heads that arrive in pieces.
  H1RequestParser(buffer::BlockPool& pool, MessageEvents<RequestHead>& events);
  ~H1RequestParser();
  H1RequestParser(const H1RequestParser&) = delete;
  H1RequestParser& operator=(const H1RequestParser&) = delete;

  /// CONNECT is refused with 501 unless this was called.
  void allow_connect() noexcept;
  /// Parses on. Bytes behind the end of a message are kept; those behind a message that ends the
  /// connection (`keep_alive` false) are dropped unread, RFC 9112 9.6.
  FeedState feed(buffer::Slice bytes);
  /// After MessageEnd or Upgraded: parses what was kept as the next message.
  FeedState resume();
  /// The unparsed bytes, in order (moves them out).
  [[nodiscard]] buffer::Chain take_rest();
  [[nodiscard]] bool has_rest() const noexcept;
  /// The peer sent FIN. False when that cut a message short.
  [[nodiscard]] bool finish();
  /// True between the first byte of a message and its end.
  [[nodiscard]] bool is_mid_message() const noexcept;
  [[nodiscard]] const Rejection& rejection() const noexcept;
  /// Fields removed so far because they may not be forwarded (1xx and 204 framing, trailers).
  [[nodiscard]] uint64_t stripped_fields() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The same for the responses of one upstream connection. A response needs to know its request.
class H1ResponseParser {
 public:
  H1ResponseParser(buffer::BlockPool& pool, MessageEvents<ResponseHead>& events);
  ~H1ResponseParser();
  H1ResponseParser(const H1ResponseParser&) = delete;
  H1ResponseParser& operator=(const H1ResponseParser&) = delete;

  /// Before the bytes of each exchange: HEAD answers have no body; 101 only for an upgrade.
  void expect_response(bool is_head_request, bool is_upgrade_request);
  /// Interim responses (1xx) are delivered as messages of their own and do not stop the parser;
  /// a final one stops it with MessageEnd (Upgraded after 101).
  FeedState feed(buffer::Slice bytes);
  FeedState resume();
  [[nodiscard]] buffer::Chain take_rest();
  [[nodiscard]] bool has_rest() const noexcept;
  /// FIN. Ends an UntilClose body in order (delivers on_message_end); false when it cut a message
  /// short.
  [[nodiscard]] bool finish();
  [[nodiscard]] bool is_mid_message() const noexcept;
  [[nodiscard]] const Rejection& rejection() const noexcept;
  /// Fields removed so far because they may not be forwarded (1xx and 204 framing, trailers).
  [[nodiscard]] uint64_t stripped_fields() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Writes a head. An unedited one is its raw slice; an edited one is serialised: start line,
/// fields in order, empty line.
[[nodiscard]] buffer::Slice write_request_head(buffer::BlockPool& pool, const RequestHead& head);
[[nodiscard]] buffer::Slice write_response_head(buffer::BlockPool& pool, const ResponseHead& head);

/// One chunk around `payload` (RFC 9112 7.1). Empty payloads write nothing.
void write_chunk(buffer::BlockPool& pool, buffer::Chain& out, buffer::Chain&& payload);
/// The last chunk and the trailer section.
[[nodiscard]] buffer::Slice write_last_chunk(buffer::BlockPool& pool, const Fields& trailers);

/// A complete small response with Content-Length, for rejects and aborts. `fields` come after
/// the framing fields; `close` adds Connection: close. A HEAD request gets no body.
struct LocalReply {
  int status = 500;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
  bool close = false;
};
[[nodiscard]] buffer::Slice write_local_reply(buffer::BlockPool& pool, const LocalReply& reply,
                                              bool is_head_request);

/// The standard reason phrase of a status, "Unknown" for others.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

}  // namespace faultline::http

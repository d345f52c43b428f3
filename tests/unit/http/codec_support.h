// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/buffer/block.h"
#include "proxy/buffer/chain.h"
#include "proxy/http/forwarding.h"
#include "proxy/http/h1_codec.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::http::testing {

inline buffer::Slice slice_of(buffer::BlockPool& pool, std::string_view bytes) {
  if (bytes.empty()) return {};
  buffer::Block& block = pool.acquire(bytes.size());
  std::memcpy(block.data(), bytes.data(), bytes.size());
  return {block, 0, static_cast<uint32_t>(bytes.size())};
}

inline std::string framing_text(const Head& head) {
  switch (head.framing) {
    case BodyFraming::None:
      return "none";
    case BodyFraming::Length:
      return "length:" + std::to_string(head.content_length);
    case BodyFraming::Chunked:
      return "chunked";
    case BodyFraming::UntilClose:
      return "until-close";
  }
  return "?";
}

/// Writes down what a parser delivers, one line per event, and the bytes that go onto the wire
/// behind it, as a transparent hop passes them on. Parts of one kind that follow each other are one
/// line, as they are one slice in a chain, so the log does not depend on segmentation.
template <typename HeadType>
class EventLog final : public MessageEvents<HeadType> {
 public:
  explicit EventLog(buffer::BlockPool& pool) : pool_(pool) {}

  void on_head(HeadType&& head) override {
    ++heads_;
    if constexpr (std::is_same_v<HeadType, RequestHead>) {
      log_ += "request " + std::string(head.method) + " " + std::string(head.target);
      if (head.expects_continue) log_ += " expects-continue";
    } else {
      log_ += "response " + std::to_string(head.status) + " (" + std::string(head.reason) + ")";
    }
    log_ += head.version == Version::Http11 ? " 1.1 " : " 1.0 ";
    log_ += framing_text(head);
    if (head.keep_alive) log_ += " keep-alive";
    if (head.is_upgrade) log_ += " upgrade";
    if (head.is_edited) log_ += " edited";
    log_ += '\n';
    log_fields(head.fields);
    forward(head);
  }

  void on_body(BodyPart part) override {
    wire_ += part.bytes.view();
    ++parts_;
    if (part.bytes.empty()) log_ += "EMPTY PART\n";
    if (part.kind != kind_) flush_part();
    kind_ = part.kind;
    part_ += part.bytes.view();
  }

  void on_message_end(const Fields& trailers) override {
    flush_part();
    ++messages_;
    log_ += "end\n";
    log_fields(trailers);
  }

  /// With the body part that is not followed by another event yet.
  [[nodiscard]] std::string log() {
    flush_part();
    return log_;
  }
  [[nodiscard]] const std::string& wire() const { return wire_; }
  [[nodiscard]] int heads() const { return heads_; }
  [[nodiscard]] int messages() const { return messages_; }
  [[nodiscard]] int parts() const { return parts_; }

 private:
  void forward(RequestHead& head) {
    prepare_for_upstream(head, Hop{}, pool_);
    wire_ += write_request_head(pool_, head).view();
  }
  void forward(ResponseHead& head) {
    prepare_for_downstream(head, Forwarding::Transparent, false);
    wire_ += write_response_head(pool_, head).view();
  }
  void log_fields(const Fields& fields) {
    for (const Field& field : fields.all()) {
      log_ += "  " + std::string(field.name) + "=" + std::string(field.value) + "\n";
    }
  }

  void flush_part() {
    if (part_.empty()) return;
    log_ += (kind_ == BodyPart::Kind::Payload ? "payload " : "framing ") + part_ + "\n";
    part_.clear();
  }

  buffer::BlockPool& pool_;
  std::string log_;
  std::string wire_;
  std::string part_;
  BodyPart::Kind kind_ = BodyPart::Kind::Payload;
  int heads_ = 0;
  int messages_ = 0;
  int parts_ = 0;
};

/// What came out of one connection's bytes.
struct Outcome {
  bool is_rejected = false;
  int status = 0;
  std::string reason;
  std::string log;
  std::string wire;
  std::string rest;
  int messages = 0;
  bool finished_in_order = false;
};

/// Calls `feed` with the pieces of `bytes` between the cuts.
template <typename Feed>
void feed_in_pieces(buffer::BlockPool& pool, std::string_view bytes, std::vector<size_t> cuts,
                    Feed feed) {
  const buffer::Slice whole = slice_of(pool, bytes);
  cuts.push_back(bytes.size());
  size_t begin = 0;
  for (const size_t cut : cuts) {
    if (cut <= begin) continue;
    feed(whole.sub(static_cast<uint32_t>(begin), static_cast<uint32_t>(cut - begin)));
    begin = cut;
  }
}

/// FIN behind the last piece, which `state` answered: what all of it came to.
template <typename Parser, typename Events>
Outcome finish(Parser& parser, Events& events, FeedState state) {
  Outcome outcome;
  outcome.is_rejected = state == FeedState::Rejected;
  if (outcome.is_rejected) {
    outcome.status = parser.rejection().status;
    outcome.reason = parser.rejection().reason;
  }
  outcome.finished_in_order = parser.finish();
  outcome.messages = events.messages();
  outcome.log = events.log();
  outcome.wire = events.wire();
  outcome.rest = parser.take_rest().to_string();
  return outcome;
}

/// All requests of a connection, each resumed at once.
inline Outcome parse_requests(std::string_view bytes, const std::vector<size_t>& cuts = {}) {
  buffer::BlockPool pool;
  Outcome outcome;
  {
    EventLog<RequestHead> events(pool);
    H1RequestParser parser(pool, events);
    FeedState state = FeedState::NeedMore;
    feed_in_pieces(pool, bytes, cuts, [&](buffer::Slice piece) {
      state = parser.feed(std::move(piece));
      while (state == FeedState::MessageEnd || state == FeedState::Upgraded) {
        state = parser.resume();
      }
    });
    outcome = finish(parser, events, state);
  }
  return outcome;
}

struct ResponseExpectation {
  bool is_head_request = false;
  bool is_upgrade_request = false;
};

/// One exchange: everything up to the final response, then FIN. Bytes behind it end in `rest`.
inline Outcome parse_response(std::string_view bytes, const ResponseExpectation& expected = {},
                              const std::vector<size_t>& cuts = {}) {
  buffer::BlockPool pool;
  Outcome outcome;
  {
    EventLog<ResponseHead> events(pool);
    H1ResponseParser parser(pool, events);
    parser.expect_response(expected.is_head_request, expected.is_upgrade_request);
    FeedState state = FeedState::NeedMore;
    feed_in_pieces(pool, bytes, cuts,
                   [&](buffer::Slice piece) { state = parser.feed(std::move(piece)); });
    outcome = finish(parser, events, state);
  }
  return outcome;
}

/// Every position for short inputs; for long ones the ends, the neighbourhood of the limits, and
/// a sample.
inline std::vector<size_t> cut_positions(size_t size) {
  std::vector<size_t> positions;
  const auto is_near = [](size_t at, size_t mark) { return at + 3 > mark && at < mark + 3; };
  for (size_t at = 1; at < size; ++at) {
    const bool is_wanted = size <= 2000 || at < 150 || at + 30 > size || at % 4099 == 0 ||
                           is_near(at, limits::kHeadBytes) ||
                           is_near(at, limits::kChunkExtensionBytes);
    if (is_wanted) positions.push_back(at);
  }
  return positions;
}

inline std::vector<size_t> every_byte(size_t size) {
  std::vector<size_t> positions;
  for (size_t at = 1; at < size; ++at) positions.push_back(at);
  return positions;
}

}  // namespace faultline::http::testing

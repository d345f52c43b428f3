// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/assert.h"
#include "proxy/http/h1_body_reader.h"
#include "proxy/http/h1_codec.h"
#include "proxy/http/h1_head_reader.h"
#include "proxy/http/h1_policy.h"

#include <utility>

namespace faultline::http {
namespace {

// What a message means for the bytes behind it.
enum class AfterMessage : uint8_t {
  Stop,      // MessageEnd: rest() waits for resume()
  Switch,    // Upgraded
  Continue,  // an interim response: the next head follows at once
  Discard,   // MessageEnd, and nothing after it is ever parsed (RFC 9112 9.6)
};

struct RequestRules {
  using HeadType = RequestHead;
  static constexpr auto kKind = H1HeadReader::Kind::Request;

  std::optional<Rejection> take(H1HeadReader& reader, RequestHead& head, uint64_t& /*stripped*/) {
    bool is_connect = false;
    if (auto refusal = reader.take(head, is_connect)) return refusal;
    return apply_request_policy(head, is_connect, allows_connect);
  }

  static AfterMessage after(const RequestHead& head) {
    if (head.is_upgrade || head.is_connect) return AfterMessage::Switch;
    return head.keep_alive ? AfterMessage::Stop : AfterMessage::Discard;
  }

  bool allows_connect = false;
};

struct ResponseRules {
  using HeadType = ResponseHead;
  static constexpr auto kKind = H1HeadReader::Kind::Response;

  std::optional<Rejection> take(H1HeadReader& reader, ResponseHead& head, uint64_t& stripped) {
    if (auto refusal = reader.take(head)) return refusal;
    return apply_response_policy(head, context, stripped);
  }

  static AfterMessage after(const ResponseHead& head) {
    if (head.status == 101) return AfterMessage::Switch;
    return head.is_interim() ? AfterMessage::Continue : AfterMessage::Stop;
  }

  ResponseContext context;
};

// The state of one direction of a connection. Rules say what differs between the two.
template <typename Rules>
class MessageParser {
 public:
  using HeadType = typename Rules::HeadType;

  MessageParser(buffer::BlockPool& pool, MessageEvents<HeadType>& events)
      : events_(events), head_(Rules::kKind, pool), body_(pool) {}

  FeedState feed(buffer::Slice bytes) {
    if (phase_ == Phase::Rejected) return FeedState::Rejected;
    if (phase_ == Phase::Closed) return FeedState::NeedMore;
    if (phase_ == Phase::Stopped) {
      if (after_ != AfterMessage::Discard) rest_.append(std::move(bytes));
      return stopped_state();
    }
    uint32_t offset = 0;
    const FeedState state = parse(bytes, offset);
    if (phase_ == Phase::Stopped && after_ != AfterMessage::Discard && offset < bytes.size()) {
      rest_.append(bytes.sub(offset, bytes.size() - offset));
    }
    return state;
  }

  FeedState resume() {
    if (phase_ == Phase::Rejected) return FeedState::Rejected;
    if (phase_ == Phase::Stopped) {
      phase_ = after_ == AfterMessage::Discard ? Phase::Closed : Phase::Head;
    }
    if (phase_ == Phase::Closed) return FeedState::NeedMore;
    while (!rest_.empty()) {
      const buffer::Slice bytes = rest_.slices().front();
      uint32_t offset = 0;
      const FeedState state = parse(bytes, offset);
      rest_.advance(offset);
      const bool is_last = phase_ == Phase::Stopped && after_ == AfterMessage::Discard;
      if (state == FeedState::Rejected || is_last) rest_.clear();
      if (state != FeedState::NeedMore) return state;
    }
    return FeedState::NeedMore;
  }

  bool finish() {
    if (phase_ == Phase::Rejected) return false;
    if (phase_ != Phase::Body) return !head_.has_begun();
    if (!body_.ends_with_connection()) return false;
    phase_ = Phase::Stopped;
    events_.on_message_end(body_.trailers());
    body_.end();
    return true;
  }

  [[nodiscard]] bool is_mid_message() const noexcept {
    return phase_ == Phase::Body || (phase_ == Phase::Head && head_.has_begun());
  }
  [[nodiscard]] buffer::Chain take_rest() { return std::exchange(rest_, buffer::Chain()); }
  [[nodiscard]] bool has_rest() const noexcept { return !rest_.empty(); }
  [[nodiscard]] const Rejection& rejection() const noexcept { return rejection_; }
  [[nodiscard]] uint64_t stripped_fields() const noexcept {
    return stripped_ + body_.stripped_trailers();
  }
  [[nodiscard]] Rules& rules() noexcept { return rules_; }

 private:
  enum class Phase : uint8_t {
    Head,
    Body,
    Stopped,  // behind a message, until resume()
    Closed,   // behind the last message of the connection: bytes are dropped
    Rejected,
  };

  // Parses one slice up to its end or the end of a message at which the parser stops.
  FeedState parse(const buffer::Slice& in, uint32_t& offset) {
    while (true) {
      if (phase_ == Phase::Head) {
        if (offset == in.size()) return FeedState::NeedMore;
        HeadType head;
        const H1HeadReader::State state = head_.read(in, offset, head.fields);
        if (state == H1HeadReader::State::NeedMore) return FeedState::NeedMore;
        if (state == H1HeadReader::State::Rejected) return reject(head_.rejection());
        if (!begin_message(in, offset, std::move(head))) return FeedState::Rejected;
      } else if (const auto refusal = body_.check(in, offset)) {
        return reject(*refusal);
      }
      BodyPart part;
      while (body_.next(in, offset, part)) events_.on_body(std::move(part));
      if (!body_.is_complete()) return FeedState::NeedMore;
      phase_ = after_ == AfterMessage::Continue ? Phase::Head : Phase::Stopped;
      events_.on_message_end(body_.trailers());
      body_.end();
      if (phase_ == Phase::Stopped) return stopped_state();
    }
  }

  // Delivers the head only when the rest of the slice holds no error (up to the end of this
  // message): a message with an error in the same read leaves no trace.
  bool begin_message(const buffer::Slice& in, uint32_t offset, HeadType&& head) {
    if (const auto refusal = rules_.take(head_, head, stripped_)) {
      reject(*refusal);
      return false;
    }
    body_.begin({head.framing, head.content_length});
    if (const auto refusal = body_.check(in, offset)) {
      reject(*refusal);
      return false;
    }
    after_ = Rules::after(head);
    phase_ = Phase::Body;
    events_.on_head(std::move(head));
    return true;
  }

  FeedState reject(Rejection rejection) {
    phase_ = Phase::Rejected;
    rejection_ = rejection;
    if constexpr (Rules::kKind == H1HeadReader::Kind::Response) rejection_.status = 502;
    return FeedState::Rejected;
  }

  [[nodiscard]] FeedState stopped_state() const {
    return after_ == AfterMessage::Switch ? FeedState::Upgraded : FeedState::MessageEnd;
  }

  MessageEvents<HeadType>& events_;
  H1HeadReader head_;
  H1BodyReader body_;
  Rules rules_;
  Phase phase_ = Phase::Head;
  AfterMessage after_ = AfterMessage::Stop;
  buffer::Chain rest_;
  Rejection rejection_;
  uint64_t stripped_ = 0;
};

}  // namespace

struct H1RequestParser::Impl : MessageParser<RequestRules> {
  using MessageParser::MessageParser;
};

H1RequestParser::H1RequestParser(buffer::BlockPool& pool, MessageEvents<RequestHead>& events)
    : impl_(std::make_unique<Impl>(pool, events)) {}
H1RequestParser::~H1RequestParser() = default;
void H1RequestParser::allow_connect() noexcept { impl_->rules().allows_connect = true; }
FeedState H1RequestParser::feed(buffer::Slice bytes) { return impl_->feed(std::move(bytes)); }
FeedState H1RequestParser::resume() { return impl_->resume(); }
buffer::Chain H1RequestParser::take_rest() { return impl_->take_rest(); }
bool H1RequestParser::has_rest() const noexcept { return impl_->has_rest(); }
bool H1RequestParser::finish() { return impl_->finish(); }
bool H1RequestParser::is_mid_message() const noexcept { return impl_->is_mid_message(); }
const Rejection& H1RequestParser::rejection() const noexcept { return impl_->rejection(); }
uint64_t H1RequestParser::stripped_fields() const noexcept { return impl_->stripped_fields(); }

struct H1ResponseParser::Impl : MessageParser<ResponseRules> {
  using MessageParser::MessageParser;
};

H1ResponseParser::H1ResponseParser(buffer::BlockPool& pool, MessageEvents<ResponseHead>& events)
    : impl_(std::make_unique<Impl>(pool, events)) {}
H1ResponseParser::~H1ResponseParser() = default;
void H1ResponseParser::expect_response(bool is_head_request, bool is_upgrade_request) {
  impl_->rules().context = {is_head_request, is_upgrade_request};
}
FeedState H1ResponseParser::feed(buffer::Slice bytes) { return impl_->feed(std::move(bytes)); }
FeedState H1ResponseParser::resume() { return impl_->resume(); }
buffer::Chain H1ResponseParser::take_rest() { return impl_->take_rest(); }
bool H1ResponseParser::has_rest() const noexcept { return impl_->has_rest(); }
bool H1ResponseParser::finish() { return impl_->finish(); }
bool H1ResponseParser::is_mid_message() const noexcept { return impl_->is_mid_message(); }
const Rejection& H1ResponseParser::rejection() const noexcept { return impl_->rejection(); }
uint64_t H1ResponseParser::stripped_fields() const noexcept { return impl_->stripped_fields(); }

}  // namespace faultline::http

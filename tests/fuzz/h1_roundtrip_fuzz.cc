// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// Parse, write afresh, parse: what a filter may do to a message, it may do to any message that
// the parser accepts. Heads are serialised from their parts and bodies framed again, by length or
// in chunks; start line, fields, content and trailers stay the same.
#include "proxy/http/framing.h"
#include "tests/fuzz/h1_fuzz_support.h"

#include <utility>

namespace faultline::http::fuzz {
namespace {

constexpr unsigned kIsResponse = 1;
constexpr unsigned kIsHeadRequest = 2;
constexpr unsigned kFrameAsLength = 4;

// What must not change.
struct Meaning {
  std::string start;
  std::vector<std::pair<std::string, std::string>> fields;  // without the framing fields
  std::string content;
  std::vector<std::pair<std::string, std::string>> trailers;

  friend bool operator==(const Meaning&, const Meaning&) = default;
};

std::vector<std::pair<std::string, std::string>> copy_of(const Fields& fields) {
  std::vector<std::pair<std::string, std::string>> copy;
  for (const Field& field : fields.all()) {
    if (iequals(field.name, "content-length") || iequals(field.name, "transfer-encoding")) continue;
    copy.emplace_back(field.name, field.value);
  }
  return copy;
}

std::string start_of(const RequestHead& head) {
  return std::string(head.method) + " " + std::string(head.target);
}
std::string start_of(const ResponseHead& head) {
  return std::to_string(head.status) + " " + std::string(head.reason);
}

// Takes messages apart and writes them afresh.
template <typename HeadType>
class Rewriter final : public MessageEvents<HeadType> {
 public:
  Rewriter(buffer::BlockPool& pool, bool frames_as_length)
      : pool_(pool), frames_as_length_(frames_as_length) {}

  void on_head(HeadType&& head) override {
    head_ = std::move(head);
    meanings_.push_back({start_of(head_), copy_of(head_.fields), "", {}});
  }
  void on_body(BodyPart part) override {
    if (part.kind != BodyPart::Kind::Payload) return;
    meanings_.back().content += part.bytes.view();
    content_.append(std::move(part.bytes));
  }
  void on_message_end(const Fields& trailers) override {
    const bool is_framed_as_length = frames_as_length_ && head_.framing == BodyFraming::Chunked;
    if (is_framed_as_length) {
      frame_as_length(head_, content_.size());
    } else {
      meanings_.back().trailers = copy_of(trailers);
    }
    head_.edit();
    write_head();
    buffer::Chain body;
    if (head_.framing == BodyFraming::Chunked) {
      write_chunk(pool_, body, std::move(content_));
      body.append(write_last_chunk(pool_, trailers));
    } else {
      body.append(std::move(content_));
    }
    content_ = buffer::Chain();
    wire_ += body.to_string();
  }

  [[nodiscard]] const std::string& wire() const { return wire_; }
  [[nodiscard]] std::vector<Meaning>& meanings() { return meanings_; }

 private:
  void write_head() {
    if constexpr (std::is_same_v<HeadType, RequestHead>) {
      wire_ += write_request_head(pool_, head_).view();
    } else {
      wire_ += write_response_head(pool_, head_).view();
    }
  }

  buffer::BlockPool& pool_;
  bool frames_as_length_;
  HeadType head_;
  buffer::Chain content_;
  std::vector<Meaning> meanings_;
  std::string wire_;
};

struct Rewritten {
  std::string wire;
  std::vector<Meaning> meanings;
  bool is_whole = false;  // nothing refused, nothing cut
};

Rewritten rewrite_requests(std::string_view bytes, unsigned options) {
  buffer::BlockPool pool;
  Rewriter<RequestHead> rewriter(pool, (options & kFrameAsLength) != 0);
  H1RequestParser parser(pool, rewriter);
  FeedState state = parser.feed(testing::slice_of(pool, bytes));
  while (state == FeedState::MessageEnd || state == FeedState::Upgraded) state = parser.resume();
  const bool is_whole = state != FeedState::Rejected && parser.finish();
  return {rewriter.wire(), std::move(rewriter.meanings()), is_whole};
}

Rewritten rewrite_response(std::string_view bytes, unsigned options) {
  buffer::BlockPool pool;
  Rewriter<ResponseHead> rewriter(pool, (options & kFrameAsLength) != 0);
  H1ResponseParser parser(pool, rewriter);
  parser.expect_response((options & kIsHeadRequest) != 0, true);
  const FeedState state = parser.feed(testing::slice_of(pool, bytes));
  const bool is_whole = state != FeedState::Rejected && parser.finish();
  static_cast<void>(parser.take_rest());
  return {rewriter.wire(), std::move(rewriter.meanings()), is_whole};
}

}  // namespace
}  // namespace faultline::http::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace fuzz = faultline::http::fuzz;
  const fuzz::Input input = fuzz::take_apart(data, size);
  // Serialised heads may be longer than what came: keep away from the limit.
  if (input.bytes.size() > faultline::limits::kHeadBytes / 2) return 0;
  const auto rewrite =
      (input.options & fuzz::kIsResponse) != 0 ? fuzz::rewrite_response : fuzz::rewrite_requests;

  const auto first = rewrite(input.bytes, input.options);
  if (!first.is_whole) return 0;
  const auto second = rewrite(first.wire, input.options);

  fuzz::require(second.is_whole);
  fuzz::require(second.meanings == first.meanings);
  fuzz::require(second.wire == first.wire);
  return 0;
}

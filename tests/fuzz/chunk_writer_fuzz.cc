// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
//
// Whatever is written in chunks, each of any number of slices, with any trailers, is one message
// with that content and those trailers to whoever parses it, in any segmentation.
#include "tests/fuzz/h1_fuzz_support.h"

namespace faultline::http::fuzz {
namespace {

// Collects what the parser finds.
class Content final : public MessageEvents<RequestHead> {
 public:
  void on_head(RequestHead&& /*head*/) override {}
  void on_body(BodyPart part) override {
    if (part.kind == BodyPart::Kind::Payload) bytes += part.bytes.view();
  }
  void on_message_end(const Fields& trailers) override {
    ++messages;
    for (const Field& field : trailers.all()) values.emplace_back(field.value);
  }

  std::string bytes;
  std::vector<std::string> values;
  int messages = 0;
};

// A value as a filter could have taken it from a message.
std::string field_value(std::string_view bytes) {
  std::string value;
  for (const char c : bytes) {
    if (c == '\t' || static_cast<unsigned char>(c) >= 0x20) value += c == '\x7F' ? '?' : c;
  }
  return std::string(trim(value));
}

// One chunk of all slices between two cuts whose distance is odd; the others end it.
void write(buffer::BlockPool& pool, const Input& input, buffer::Chain& out) {
  buffer::Chain chunk;
  testing::feed_in_pieces(pool, input.bytes, input.cuts, [&](buffer::Slice piece) {
    const bool ends_chunk = piece.size() % 2 == 0;
    chunk.append(std::move(piece));
    if (!ends_chunk) return;
    write_chunk(pool, out, std::move(chunk));
    chunk = buffer::Chain();
  });
  write_chunk(pool, out, std::move(chunk));
}

}  // namespace
}  // namespace faultline::http::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace http = faultline::http;
  namespace fuzz = faultline::http::fuzz;
  const fuzz::Input input = fuzz::take_apart(data, size);
  faultline::buffer::BlockPool pool;
  http::Fields trailers;
  std::vector<std::string> values;
  for (unsigned i = 0; i < input.options % 4; ++i) {
    values.push_back(fuzz::field_value(input.bytes.substr(0, size_t{20} * i)));
    trailers.append("X-Sum", values.back());
  }
  faultline::buffer::Chain body;
  fuzz::write(pool, input, body);
  body.append(http::write_last_chunk(pool, trailers));
  const std::string wire =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body.to_string();

  for (const bool is_cut : {false, true}) {
    fuzz::Content content;
    http::H1RequestParser parser(pool, content);
    auto state = http::FeedState::NeedMore;
    http::testing::feed_in_pieces(
        pool, wire, is_cut ? input.cuts : std::vector<size_t>(),
        [&](faultline::buffer::Slice piece) { state = parser.feed(std::move(piece)); });
    fuzz::require(state == http::FeedState::MessageEnd);
    fuzz::require(content.messages == 1);
    fuzz::require(content.bytes == input.bytes);
    fuzz::require(content.values == values);
    fuzz::require(!parser.has_rest());
  }
  return 0;
}

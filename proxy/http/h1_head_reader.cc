// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/http/h1_head_reader.h"

#include "proxy/base/assert.h"
#include "proxy/base/limits.h"
#include "proxy/http/byte_scan.h"
#include "proxy/http/h1_policy.h"
#include "proxy/http/known_fields.h"
#include "proxy/http/plain_fields.h"
#include "proxy/http/reasons.h"

#include <llhttp.h>

#include <algorithm>
#include <utility>

namespace faultline::http {
namespace {

// The grammar sees one head and is paused before it decides anything about a body: framing,
// keep-alive and upgrades are computed from the fields, because its own answers differ from ours.
int pause_after_head(llhttp_t* /*parser*/) { return HPE_PAUSED; }

llhttp_settings_t make_settings() {
  llhttp_settings_t settings;
  llhttp_settings_init(&settings);
  settings.on_headers_complete = pause_after_head;
  return settings;
}

// The reason of a head whose framing fields the grammar refused: what the policy would have said,
// had it seen the whole head.
std::string_view framing_reason_of(llhttp_errno_t error, std::string_view head) {
  int content_lengths = 0;
  int transfer_encodings = 0;
  size_t line_feed = head.find('\n');
  while (line_feed != std::string_view::npos) {
    const std::string_view line = head.substr(line_feed + 1);
    const KnownField known = classify_field(line.substr(0, line.find(':'))).known;
    if (known == KnownField::ContentLength) ++content_lengths;
    if (known == KnownField::TransferEncoding) ++transfer_encodings;
    line_feed = head.find('\n', line_feed + 1);
  }
  if (content_lengths > 0 && transfer_encodings > 0) return reason::kLengthAndEncoding;
  if (content_lengths > 1) return reason::kDuplicateContentLength;
  if (transfer_encodings > 1) return reason::kDuplicateTransferEncoding;
  return error == HPE_INVALID_TRANSFER_ENCODING ? reason::kInvalidTransferEncoding
                                                : reason::kInvalidContentLength;
}

// `head` ends before the byte that the grammar refused.
std::string_view reason_of(llhttp_errno_t error, std::string_view head) {
  switch (error) {
    case HPE_INVALID_CONTENT_LENGTH:
    case HPE_INVALID_TRANSFER_ENCODING:
    case HPE_UNEXPECTED_CONTENT_LENGTH:
      return framing_reason_of(error, head);
    case HPE_CR_EXPECTED:
    case HPE_LF_EXPECTED:
      return reason::kInvalidLineEnd;
    default:
      return reason::kInvalidField;
  }
}

}  // namespace

// The start line is checked by parse_request_line and parse_status_line, which leave nothing to
// check behind them. Each head therefore begins in the state behind a plain start line: a copy of
// that state costs less than the reset it replaces, and the line is read once instead of twice.
struct H1HeadReader::Grammar {
  explicit Grammar(Kind kind) {
    const std::string_view line =
        kind == Kind::Request ? "GET / HTTP/1.1\r\n" : "HTTP/1.1 200 OK\r\n";
    llhttp_init(&behind_start_line, kind == Kind::Request ? HTTP_REQUEST : HTTP_RESPONSE,
                &settings);
    FL_ASSERT(llhttp_execute(&behind_start_line, line.data(), line.size()) == HPE_OK);
    parser = behind_start_line;
  }

  llhttp_settings_t settings = make_settings();
  llhttp_t behind_start_line{};
  llhttp_t parser{};
};

H1HeadReader::H1HeadReader(Kind kind, buffer::BlockPool& pool) : kind_(kind), pool_(pool) {}

H1HeadReader::~H1HeadReader() = default;

bool H1HeadReader::has_begun() const noexcept { return !kept_.empty(); }

H1HeadReader::State H1HeadReader::read(const buffer::Slice& in, uint32_t& offset, Fields& fields) {
  const std::string_view bytes = in.view();
  if (kind_ == Kind::Request && kept_.empty() && !skip_leading_line_ends(bytes, offset)) {
    return reject({400, reason::kInvalidLeadingBytes});
  }
  if (offset == bytes.size()) return State::NeedMore;
  uint32_t begin = offset;
  if (line_size_ == 0) {
    const State state = read_start_line(bytes, offset);
    if (state != State::Complete) return state;
    if (!kept_.empty()) begin = offset;
  }
  return read_fields(in, begin, offset, fields);
}

// RFC 9112 2.2 lets a server skip an empty line before a request line. False on bytes that begin
// like one but are not, and on too many of them.
bool H1HeadReader::skip_leading_line_ends(std::string_view bytes, uint32_t& offset) {
  while (offset < bytes.size()) {
    const char c = bytes[offset];
    if (has_leading_cr_) {
      if (c != '\n' || leading_line_ends_ == limits::kLeadingLineEnds) return false;
      ++leading_line_ends_;
      has_leading_cr_ = false;
    } else if (c == '\r') {
      has_leading_cr_ = true;
    } else {
      return c != '\n';
    }
    ++offset;
  }
  return true;
}

// Complete when the line was checked; it is then contiguous in the input or in kept_.
H1HeadReader::State H1HeadReader::read_start_line(std::string_view bytes, uint32_t& offset) {
  const std::string_view window = bytes.substr(offset, limits::kHeadBytes - kept_.size());
  const char* const line_feed = ByteScan(window).find(window.data(), '\n');
  if (line_feed == nullptr) {
    if (has_control_byte(window))
      return reject(kind_ == Kind::Request ? Rejection{400, reason::kInvalidRequestLine}
                                           : Rejection{502, reason::kInvalidStatusLine});
    kept_.append(window);
    offset += static_cast<uint32_t>(window.size());
    if (kept_.size() < limits::kHeadBytes) return State::NeedMore;
    return reject({414, reason::kStartLineTooLong});
  }
  const std::string_view last(window.data(), static_cast<size_t>(line_feed + 1 - window.data()));
  offset += static_cast<uint32_t>(last.size());
  if (!kept_.empty()) kept_.append(last);
  return check_start_line(kept_.empty() ? last : std::string_view(kept_)) ? State::Complete
                                                                          : State::Rejected;
}

bool H1HeadReader::check_start_line(std::string_view line) {
  const auto span_of = [line](std::string_view part) {
    return Span{static_cast<uint32_t>(part.data() - line.data()),
                static_cast<uint32_t>(part.size())};
  };
  std::optional<Rejection> refusal;
  if (kind_ == Kind::Request) {
    RequestLine parsed;
    refusal = parse_request_line(line, parsed);
    if (!refusal) {
      first_ = span_of(parsed.method);
      second_ = span_of(parsed.target);
      version_ = parsed.version;
      is_connect_ = parsed.is_connect;
    }
  } else {
    StatusLine parsed;
    refusal = parse_status_line(line, parsed);
    if (!refusal) {
      first_ = span_of(parsed.reason);
      version_ = parsed.version;
      status_ = parsed.status;
    }
  }
  if (refusal) {
    reject(*refusal);
    return false;
  }
  line_size_ = static_cast<uint32_t>(line.size());
  return true;
}

// `begin` is where the bytes of this head that are not kept yet begin in the input.
H1HeadReader::State H1HeadReader::read_fields(const buffer::Slice& in, uint32_t begin,
                                              uint32_t& offset, Fields& fields) {
  if (kept_.empty()) {
    const std::string_view lines = in.view().substr(offset, limits::kHeadBytes - (offset - begin));
    if (const auto size = read_plain_fields(lines, fields)) {
      offset += static_cast<uint32_t>(*size);
      has_fields_ = true;
      return complete(in, begin, offset);
    }
    fields.clear();
  }
  return read_by_grammar(in, begin, offset);
}

H1HeadReader::State H1HeadReader::read_by_grammar(const buffer::Slice& in, uint32_t begin,
                                                  uint32_t& offset) {
  if (!grammar_) grammar_ = std::make_unique<Grammar>(kind_);
  const std::string_view head = in.view().substr(begin, limits::kHeadBytes - kept_.size());
  const std::string_view fields = head.substr(offset - begin);
  llhttp_t* const parser = &grammar_->parser;
  const llhttp_errno_t result = llhttp_execute(parser, fields.data(), fields.size());
  if (result == HPE_PAUSED) {
    offset += static_cast<uint32_t>(llhttp_get_error_pos(parser) - fields.data());
    return complete(in, begin, offset);
  }
  if (result != HPE_OK) {
    const auto good = static_cast<size_t>(llhttp_get_error_pos(parser) - head.data());
    kept_.append(head.substr(0, good));
    return reject({400, reason_of(result, kept_)});
  }
  kept_.append(head);
  offset += static_cast<uint32_t>(fields.size());
  if (kept_.size() < limits::kHeadBytes) return State::NeedMore;
  return reject({431, reason::kHeadTooLarge});
}

H1HeadReader::State H1HeadReader::complete(const buffer::Slice& in, uint32_t begin, uint32_t end) {
  if (kept_.empty()) {
    raw_ = in.sub(begin, end - begin);
  } else {
    kept_.append(in.view().substr(begin, end - begin));
    raw_ = pool_.copy(kept_);
  }
  return State::Complete;
}

H1HeadReader::State H1HeadReader::reject(Rejection rejection) {
  rejection_ = rejection;
  if (kind_ == Kind::Response) rejection_.status = 502;
  return State::Rejected;
}

std::string_view H1HeadReader::cut(Span span) const noexcept {
  return {raw_.data() + span.begin, span.size};
}

std::optional<Rejection> H1HeadReader::take(RequestHead& head, bool& is_connect) {
  head.method = cut(first_);
  head.target = cut(second_);
  is_connect = is_connect_;
  return take_common(head);
}

std::optional<Rejection> H1HeadReader::take(ResponseHead& head) {
  head.reason = cut(first_);
  head.status = status_;
  return take_common(head);
}

std::optional<Rejection> H1HeadReader::take_common(Head& head) {
  head.version = version_;
  head.raw = std::move(raw_);
  const std::string_view after_line = head.raw.view().substr(line_size_);
  const bool has_fields = has_fields_;
  begin_next();
  if (has_fields) return std::nullopt;
  // The grammar ends a head only here; this holds the views of the fields inside `raw`.
  if (!after_line.ends_with("\r\n")) return Rejection{400, reason::kInvalidLineEnd};
  return split_field_lines(after_line.substr(0, after_line.size() - 2), head.fields);
}

void H1HeadReader::begin_next() {
  constexpr size_t kKeptBytesIdle = 1024;
  if (kept_.capacity() > kKeptBytesIdle) {
    kept_ = std::string();
  } else {
    kept_.clear();
  }
  raw_ = buffer::Slice();
  line_size_ = 0;
  leading_line_ends_ = 0;
  has_leading_cr_ = false;
  has_fields_ = false;
  if (grammar_) grammar_->parser = grammar_->behind_start_line;
}

}  // namespace faultline::http

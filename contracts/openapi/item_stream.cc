// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "contracts/openapi/item_stream.h"

#include "proxy/base/text.h"
#include "proxy/json/writer.h"

#include <algorithm>
#include <utility>

namespace faultline::contracts::openapi {
namespace {

constexpr char kRecordSeparator = '\x1E';
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_blank(std::string_view text) noexcept {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

ItemReader::ItemReader(std::string_view body, Format format, bool is_cut) noexcept
    : rest_(body), format_(format) {
  if (!is_cut) return;
  const size_t last = body.rfind(format == Format::Sequence ? kRecordSeparator : '\n');
  rest_ = body.substr(0, last == std::string_view::npos ? 0 : last);
}

std::optional<std::string_view> ItemReader::next() noexcept {
  if (format_ == Format::Sequence) return next_of_sequence();
  while (!rest_.empty()) {
    const size_t feed = std::min(rest_.find('\n'), rest_.size());
    const std::string_view line = rest_.substr(0, feed);
    rest_.remove_prefix(std::min(feed + 1, rest_.size()));
    if (!is_blank(line)) return line;
  }
  return std::nullopt;
}

/// RFC 7464, section 2.1: each text stands between a record separator and the next. What comes
/// before the first one is a text that lost its beginning.
std::optional<std::string_view> ItemReader::next_of_sequence() noexcept {
  while (!rest_.empty()) {
    if (rest_.front() == kRecordSeparator) rest_.remove_prefix(1);
    const size_t end = std::min(rest_.find(kRecordSeparator), rest_.size());
    const std::string_view text = rest_.substr(0, end);
    rest_.remove_prefix(end);
    if (!is_blank(text)) return text;
  }
  return std::nullopt;
}

EventReader::EventReader(std::string_view body) noexcept : rest_(body) {
  if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
}

std::optional<std::string_view> EventReader::take_line() noexcept {
  const size_t end = rest_.find_first_of("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest_.substr(0, end);
  const bool is_pair = rest_.substr(end).starts_with("\r\n");
  rest_.remove_prefix(end + (is_pair ? 2 : 1));
  return line;
}

void EventReader::read_field(Event& event, std::string_view line) {
  const size_t colon = std::min(line.find(':'), line.size());
  const std::string_view name = line.substr(0, colon);
  std::string_view value = line.substr(std::min(colon + 1, line.size()));
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "event") {
    event.event = value;
  } else if (name == "data") {
    if (event.data) {
      event.data->append("\n").append(value);
    } else {
      event.data = value;
    }
  } else if (name == "id" && value.find('\0') == std::string_view::npos) {
    event.id = value;
  } else if (name == "retry" && !value.empty() &&
             std::all_of(value.begin(), value.end(), is_ascii_digit)) {
    event.retry = value;
  }
}

std::string EventReader::Event::take_json() {
  json::Writer writer;
  writer.begin_object();
  if (event) writer.member("event", *event);
  if (data) writer.member("data", *data);
  if (id) writer.member("id", *id);
  if (retry) {
    // Digits alone are not yet a number of JSON.
    const size_t first = std::min(retry->find_first_not_of('0'), retry->size() - 1);
    writer.key("retry").raw(std::string_view(*retry).substr(first));
  }
  return writer.end_object().take();
}

std::optional<std::string> EventReader::next() {
  Event event;
  while (const auto line = take_line()) {
    if (!line->empty()) {
      if (!line->starts_with(':')) read_field(event, *line);
      continue;
    }
    if (event.data) return event.take_json();
    event = {};  // nothing is dispatched without data
  }
  return std::nullopt;
}

}  // namespace faultline::contracts::openapi

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/record/har_splitter.h"

#include "proxy/json/tape.h"

#include <algorithm>
#include <utility>

// { "log": { "version": "1.2", "creator": {..}, "pages": [..], "entries": [ ENTRY, ENTRY, .. ] } }
//
// Only the skeleton is read here: brackets are counted and strings are skipped, so the end of a
// value is known without its meaning. Whether a value is JSON its parser says.

namespace faultline::record {

namespace {

constexpr size_t kReadBytes = 256UL * 1024;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kLog = "har/log";

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// True for what ends a number, true, false or null.
bool ends_scalar(char c) {
  return is_space(c) || c == ',' || c == ']' || c == '}' || c == ':' || c == '"' || c == '[' ||
         c == '{';
}

}  // namespace

std::string HarSplitter::entry_place() const {
  return std::string(kLog) + "/entries/" + std::to_string(entries_);
}

tl::unexpected<Error> HarSplitter::fail_here(std::string_view place, std::string_view what,
                                             size_t ahead) const {
  uint64_t line = line_;
  uint64_t column = column_;
  for (size_t i = 0; i < ahead && cursor_ + i < buffer_.size(); ++i) {
    const bool is_line_end = buffer_[cursor_ + i] == '\n';
    column = is_line_end ? 1 : column + 1;
    if (is_line_end) ++line;
  }
  std::string message = std::to_string(line) + ":" + std::to_string(column) + ": ";
  message.append(place).append(": ").append(what);
  if (place_ != Place::Start) {
    message.append(" (").append(std::to_string(entries_));
    message.append(entries_ == 1 ? " entry before it)" : " entries before it)");
  }
  return fail(ErrorCode::ParseFailed, std::move(message), ErrorSource::Input);
}

tl::unexpected<Error> HarSplitter::fail_cut(std::string_view place) const {
  return fail_here(place, "the file ends in the middle", buffer_.size() - cursor_);
}

void HarSplitter::consume(size_t count) {
  const std::string_view gone = std::string_view(buffer_).substr(cursor_, count);
  const auto lines = std::count(gone.begin(), gone.end(), '\n');
  line_ += static_cast<uint64_t>(lines);
  column_ = lines == 0 ? column_ + count : count - gone.rfind('\n');
  cursor_ += count;
}

Result<bool> HarSplitter::has(size_t at) {
  while (!is_buffered(at)) {
    if (is_at_end_) return false;
    if (cursor_ > 0) {
      buffer_.erase(0, cursor_);
      cursor_ = 0;
    }
    const size_t old_size = buffer_.size();
    buffer_.resize(old_size + kReadBytes);
    auto count = read_(buffer_.data() + old_size, kReadBytes);
    buffer_.resize(old_size + count.value_or(0));
    if (!count) return fail(std::move(count.error()));
    is_at_end_ = *count == 0;
  }
  return true;
}

Result<std::optional<char>> HarSplitter::peek() {
  consume(std::exchange(pending_, 0));
  for (;;) {
    FL_TRY(const bool is_there, has(0));
    if (!is_there) return std::optional<char>{};
    if (!is_space(buffer_[cursor_])) return std::optional<char>(buffer_[cursor_]);
    consume(1);
  }
}

Status HarSplitter::expect(char want, std::string_view place, std::string_view what) {
  FL_TRY(const auto c, peek());
  if (!c) return fail_cut(place);
  if (*c != want) return fail_here(place, what);
  consume(1);
  return {};
}

Result<size_t> HarSplitter::measure_string(const std::string& place, size_t from) {
  for (size_t at = from + 1;; ++at) {
    if (!is_buffered(at)) {
      FL_TRY(const bool is_there, has(at));
      if (!is_there) return fail_cut(place);
    }
    if (at > entry_bytes_max_) return fail_here(place, "is larger than what is read at once");
    const char c = buffer_[cursor_ + at];
    if (c == '"') return at + 1;
    if (c == '\\') ++at;
  }
}

Result<size_t> HarSplitter::measure_value(const std::string& place) {
  size_t depth = 0;
  for (size_t at = 0;;) {
    if (!is_buffered(at)) {
      FL_TRY(const bool is_there, has(at));
      if (!is_there) return fail_cut(place);  // a scalar as well: the object around it is open
    }
    if (at > entry_bytes_max_) return fail_here(place, "is larger than what is read at once");
    const char c = buffer_[cursor_ + at];
    if (c == '"') {
      FL_TRY(at, measure_string(place, at));
      if (depth == 0) return at;
      continue;
    }
    if (depth == 0 && at > 0 && ends_scalar(c)) return at;
    if (depth == 0 && at == 0 && (c == ',' || c == ']' || c == '}' || c == ':')) {
      return fail_here(place, "want a value");
    }
    ++at;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return at;
  }
}

Result<std::string_view> HarSplitter::read_value(const std::string& place) {
  FL_TRY(const auto c, peek());
  if (!c) return fail_cut(place);
  FL_TRY(pending_, measure_value(place));
  return std::string_view(buffer_).substr(cursor_, pending_);
}

Status HarSplitter::skip_member(const std::string& place) {
  FL_TRY(const std::string_view value, read_value(place));
  if (const auto document = json::Document::parse(value); !document) {
    return fail_here(place, document.error().message);
  }
  return {};
}

Result<std::string> HarSplitter::read_name(std::string_view place) {
  FL_TRY(const std::string_view text, read_value(std::string(place)));
  const auto document = json::Document::parse(text);
  if (!document) return fail_here(place, document.error().message);
  if (!document->root().is_string()) return fail_here(place, "want a member");
  std::string name(document->root().string());
  FL_CHECK_OK(expect(':', place, "want ':' after a name"));
  return name;
}

Result<std::optional<std::string>> HarSplitter::next_member(std::string_view place,
                                                            bool& is_first) {
  FL_TRY(const auto c, peek());
  if (!c) return fail_cut(place);
  if (*c == '}') {
    consume(1);
    return std::optional<std::string>{};
  }
  if (!std::exchange(is_first, false)) {
    FL_CHECK_OK(expect(',', place, "want ',' or '}'"));
  }
  FL_TRY(auto name, read_name(place));
  return std::optional<std::string>(std::move(name));
}

Status HarSplitter::begin() {
  FL_TRY(const bool has_mark, has(kByteOrderMark.size() - 1));
  if (has_mark && std::string_view(buffer_).starts_with(kByteOrderMark)) {
    cursor_ = kByteOrderMark.size();
  }
  FL_CHECK_OK(expect('{', "har", "want an object"));
  bool is_first = true;
  for (;;) {
    FL_TRY(const auto name, next_member("har", is_first));
    if (!name) return fail_here(kLog, "missing");
    if (*name != "log") {
      FL_CHECK_OK(skip_member("har/" + *name));
      continue;
    }
    FL_CHECK_OK(expect('{', kLog, "want an object"));
    place_ = Place::Log;
    return {};
  }
}

Status HarSplitter::read_members_of_log() {
  for (;;) {
    FL_TRY(const auto name, next_member(kLog, is_first_member_));
    const std::string place = std::string(kLog) + "/" + name.value_or("entries");
    if (!name) {
      if (!has_entries_) return fail_here(place, "missing");
      return end();
    }
    if (*name != "entries") {
      FL_CHECK_OK(skip_member(place));
      continue;
    }
    if (std::exchange(has_entries_, true)) return fail_here(place, "stands here twice");
    FL_CHECK_OK(expect('[', place, "want an array"));
    place_ = Place::Entries;
    return {};
  }
}

Status HarSplitter::end() {
  bool is_first = false;
  for (;;) {
    FL_TRY(const auto name, next_member("har", is_first));
    if (!name) break;
    if (*name == "log") return fail_here(kLog, "stands here twice");
    FL_CHECK_OK(skip_member("har/" + *name));
  }
  FL_TRY(const auto rest, peek());
  if (rest) return fail_here("har", "something follows the end");
  place_ = Place::Done;
  return {};
}

Result<std::optional<HarEntry>> HarSplitter::next_entry() {
  FL_TRY(const auto c, peek());
  if (!c) return fail_cut(entry_place());
  if (*c == ']') {
    consume(1);
    place_ = Place::Log;
    return std::optional<HarEntry>{};
  }
  if (!std::exchange(is_first_entry_, false)) {
    FL_CHECK_OK(expect(',', entry_place(), "want ',' or ']'"));
    FL_TRY(const auto begins, peek());
    if (!begins) return fail_cut(entry_place());
  }
  HarEntry entry;
  entry.line = line_;
  entry.column = column_;
  entry.position = entries_;
  FL_TRY(entry.text, read_value(entry_place()));
  ++entries_;
  return std::optional<HarEntry>(entry);
}

Result<std::optional<HarEntry>> HarSplitter::next() {
  if (place_ == Place::Start) FL_CHECK_OK(begin());
  for (;;) {
    if (place_ == Place::Done) return std::optional<HarEntry>{};
    if (place_ == Place::Log) {
      FL_CHECK_OK(read_members_of_log());
      continue;
    }
    FL_TRY(auto entry, next_entry());
    if (entry) return entry;
  }
}

}  // namespace faultline::record

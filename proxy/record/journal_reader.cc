// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "proxy/record/journal.h"
#include "proxy/record/journal_decode.h"
#include "proxy/record/journal_names.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace faultline::record {

namespace {

constexpr size_t kReadBytes = 256UL * 1024;

/// The lines of one file, read in blocks.
class LineReader final {
 public:
  explicit LineReader(std::string path) : path_(std::move(path)) {}
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;
  ~LineReader() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  Status open() {
    descriptor_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor_ < 0) return fail(io_error("open", path_, errno));
    return {};
  }

  struct Line {
    std::string_view text;  // borrowed until the next call
    bool has_end = false;   // false: the file ends within it
  };

  Result<std::optional<Line>> next() {
    for (;;) {
      const size_t end = buffer_.find('\n', scanned_);
      if (end != std::string::npos) return take(end, true);
      scanned_ = buffer_.size();
      if (buffer_.size() - begin_ > limits::kJournalLineBytes) {
        return fail(ErrorCode::LimitExceeded,
                    "line is longer than " + std::to_string(limits::kJournalLineBytes) + " bytes");
      }
      FL_TRY(const bool has_more, fill());
      if (has_more) continue;
      if (begin_ == buffer_.size()) return std::optional<Line>{};
      return take(buffer_.size(), false);
    }
  }

  [[nodiscard]] uint64_t line_number() const noexcept { return line_number_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::optional<Line> take(size_t end, bool has_end) {
    const Line line{std::string_view(buffer_).substr(begin_, end - begin_), has_end};
    begin_ = has_end ? end + 1 : end;
    scanned_ = begin_;
    ++line_number_;
    return line;
  }

  Result<bool> fill() {
    buffer_.erase(0, begin_);
    scanned_ -= begin_;
    begin_ = 0;
    const size_t old_size = buffer_.size();
    buffer_.resize(old_size + kReadBytes);
    ssize_t count = -1;
    do {
      count = ::read(descriptor_, buffer_.data() + old_size, kReadBytes);
    } while (count < 0 && errno == EINTR);
    const int error_number = errno;
    buffer_.resize(old_size + static_cast<size_t>(std::max<ssize_t>(count, 0)));
    if (count < 0) return fail(io_error("read", path_, error_number));
    return count > 0;
  }

  std::string path_;
  int descriptor_ = -1;
  std::string buffer_;
  size_t begin_ = 0;    // of the next line
  size_t scanned_ = 0;  // no line end before this
  uint64_t line_number_ = 0;
};

/// The number of a segment's file name, or nothing for another file.
std::optional<uint32_t> segment_number(std::string_view file_name) {
  if (!file_name.ends_with(kSegmentEnding)) return std::nullopt;
  file_name.remove_suffix(kSegmentEnding.size());
  const auto number = file_name.size() >= kSegmentDigits ? parse_u64(file_name) : std::nullopt;
  if (!number || *number == 0 || *number > UINT32_MAX) return std::nullopt;
  return static_cast<uint32_t>(*number);
}

Result<std::vector<uint32_t>> list_segments(const std::string& folder) {
  std::error_code error;
  std::filesystem::directory_iterator entries(folder, error);
  std::vector<uint32_t> segments;
  while (!error && entries != std::filesystem::directory_iterator()) {
    if (const auto number = segment_number(entries->path().filename().string())) {
      segments.push_back(*number);
    }
    entries.increment(error);
  }
  if (error) return fail(io_error("read", folder, error.value()));
  std::sort(segments.begin(), segments.end());
  return segments;
}

Error with_place(Error error, const LineReader& lines, uint64_t line_number) {
  error.message.insert(0, lines.path() + ":" + std::to_string(line_number) + ": ");
  return error;
}

}  // namespace

struct JournalReader::State {
  std::string folder;
  std::vector<uint32_t> segments;
  size_t next_segment = 0;
  std::unique_ptr<LineReader> lines;
  std::vector<std::string> notes;
  uint64_t exchanges = 0;

  /// Opens the next segment and notes the ones that are missing before it.
  Status open_next() {
    const uint32_t number = segments[next_segment];
    uint32_t expected = next_segment == 0 ? 1 : segments[next_segment - 1] + 1;
    ++next_segment;
    if (number - expected == 1) {
      notes.push_back("segment " + segment_file_name(expected) + " is missing");
    } else if (number > expected) {
      notes.push_back("segments " + segment_file_name(expected) + " to " +
                      segment_file_name(number - 1) + " are missing");
    }
    lines = std::make_unique<LineReader>(folder + "/" + segment_file_name(number));
    return lines->open();
  }

  void note_torn_line() {
    const uint32_t number = segments[next_segment - 1];
    notes.push_back("segment " + segment_file_name(number) +
                    ": last line is incomplete: 1 exchange lost");
  }
};

JournalReader::JournalReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
JournalReader::~JournalReader() = default;

Result<std::unique_ptr<JournalReader>> JournalReader::open(std::string folder) {
  auto state = std::make_unique<State>();
  FL_TRY(state->segments, list_segments(folder));
  state->folder = std::move(folder);
  return std::unique_ptr<JournalReader>(new JournalReader(std::move(state)));
}

Result<std::optional<RecordedExchange>> JournalReader::next() {
  for (;;) {
    if (!state_->lines) {
      if (state_->next_segment == state_->segments.size()) return std::optional<RecordedExchange>{};
      if (auto opened = state_->open_next(); !opened) {
        state_->lines.reset();
        return fail(std::move(opened.error()));
      }
    }
    LineReader& lines = *state_->lines;
    auto line = lines.next();
    if (!line) {
      Error error = with_place(std::move(line.error()), lines, lines.line_number() + 1);
      state_->lines.reset();  // where its next line begins is not known
      return fail(std::move(error));
    }
    if (!*line) {
      state_->lines.reset();
      continue;
    }
    auto exchange = decode_journal_line((*line)->text);
    if (exchange) {
      ++state_->exchanges;
      return std::optional<RecordedExchange>(std::move(*exchange));
    }
    if (!(*line)->has_end) {
      state_->note_torn_line();
      continue;
    }
    return fail(with_place(std::move(exchange.error()), lines, lines.line_number()));
  }
}

const std::vector<std::string>& JournalReader::notes() const noexcept { return state_->notes; }
uint64_t JournalReader::exchanges() const noexcept { return state_->exchanges; }

}  // namespace faultline::record

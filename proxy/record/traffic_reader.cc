// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/record/traffic_reader.h"

#include "proxy/record/har.h"
#include "proxy/record/har_splitter.h"
#include "proxy/record/input_file.h"
#include "proxy/record/journal.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace faultline::record {

namespace {

// Large enough that handing a batch to a thread costs nothing beside its work, small enough that
// some of them fit the cache.
constexpr size_t kBatchBytes = 256UL * 1024;
constexpr size_t kJournalBatch = 128;
// What tells a HAR file: its first member, behind white space.
constexpr size_t kSniffBytes = 4096;
// Some programs begin every text with it.
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Bytes of the file's beginning that were looked at, then the rest of the file.
class SniffedFile {
 public:
  explicit SniffedFile(InputFile file) : file_(std::move(file)) {}

  Result<std::string_view> sniff() {
    front_.resize(kSniffBytes);
    size_t size = 0;
    while (size < kSniffBytes) {
      FL_TRY(const size_t count, file_.read(front_.data() + size, kSniffBytes - size));
      if (count == 0) break;
      size += count;
    }
    front_.resize(size);
    return std::string_view(front_);
  }

  Result<size_t> read(char* to, size_t size) {
    if (given_ == front_.size()) return file_.read(to, size);
    const size_t count = front_.copy(to, std::min(size, front_.size() - given_), given_);
    given_ += count;
    return count;
  }

 private:
  InputFile file_;
  std::string front_;
  size_t given_ = 0;
};

class JournalTraffic final : public TrafficReader {
 public:
  JournalTraffic(std::unique_ptr<JournalReader> reader, std::string path, uint32_t input)
      : reader_(std::move(reader)), path_(std::move(path)), input_(input) {}

  bool next(TrafficBatch& batch) override {
    batch.clear();
    batch.format = TrafficFormat::Journal;
    batch.input = input_;
    while (!is_done_ && batch.exchanges.size() < kJournalBatch) {
      auto exchange = reader_->next();
      if (!exchange) {
        batch.problems.push_back({position_++, path_, exchange.error().message});
        is_done_ = exchange.error().code != ErrorCode::ParseFailed;
      } else if (!*exchange) {
        is_done_ = true;
      } else {
        batch.exchanges.push_back(std::move(**exchange));
        ++position_;
      }
    }
    return !batch.exchanges.empty() || !batch.problems.empty();
  }
  [[nodiscard]] std::vector<std::string> notes() const override { return reader_->notes(); }

 private:
  std::unique_ptr<JournalReader> reader_;
  std::string path_;
  uint32_t input_;
  uint64_t position_ = 0;
  bool is_done_ = false;
};

class HarTraffic final : public TrafficReader {
 public:
  HarTraffic(SniffedFile file, std::string path, uint32_t input)
      : file_(std::move(file)),
        splitter_([this](char* to, size_t size) { return file_.read(to, size); }),
        path_(std::move(path)),
        input_(input) {}

  bool next(TrafficBatch& batch) override {
    batch.clear();
    batch.format = TrafficFormat::Har;
    batch.input = input_;
    if (is_done_) return false;
    while (batch.text.size() < kBatchBytes) {
      auto entry = splitter_.next();
      if (!entry) {
        is_done_ = true;
        batch.problems.push_back(problem(entry.error().message));
        break;
      }
      if (!*entry) {
        is_done_ = true;
        break;
      }
      add(batch, **entry);
    }
    batch.began_ns = began_ns_;
    return !batch.pieces.empty() || !batch.problems.empty();
  }

 private:
  void add(TrafficBatch& batch, const HarEntry& entry) {
    if (entry.position == 0) {
      if (const auto first = decode_har_entry(entry.text, 0)) began_ns_ = first->started_ns;
    }
    batch.pieces.push_back(
        {batch.text.size(), entry.text.size(), entry.position, entry.line, entry.column});
    batch.text.append(entry.text);
    entries_ = entry.position + 1;
  }

  /// "7:12: har/log: missing" is the place "path:7:12" and the rest.
  [[nodiscard]] TrafficProblem problem(std::string_view message) const {
    const size_t end = message.find(": ");
    if (end == std::string_view::npos) return {entries_, path_, std::string(message)};
    return {entries_, path_ + ":" + std::string(message.substr(0, end)),
            std::string(message.substr(end + 2))};
  }

  SniffedFile file_;
  HarSplitter splitter_;
  std::string path_;
  uint32_t input_;
  std::optional<int64_t> began_ns_;
  uint64_t entries_ = 0;
  bool is_done_ = false;
};

class LineTraffic final : public TrafficReader {
 public:
  LineTraffic(SniffedFile file, std::string path, uint32_t input)
      : file_(std::move(file)), path_(std::move(path)), input_(input) {}

  bool next(TrafficBatch& batch) override {
    batch.clear();
    batch.format = TrafficFormat::Lines;
    batch.input = input_;
    if (is_done_) return false;
    batch.text.swap(rest_);
    rest_.clear();
    size_t end = std::string::npos;  // of the last whole line
    while (end == std::string::npos && !is_done_) {
      const size_t old_size = batch.text.size();
      if (old_size > limits::kJournalLineBytes) {
        complain(batch, "is longer than what is read at once");
        break;
      }
      batch.text.resize(old_size + kBatchBytes);
      const auto count = file_.read(batch.text.data() + old_size, kBatchBytes);
      batch.text.resize(old_size + count.value_or(0));
      if (!count) {
        complain(batch, count.error().message);
      } else if (*count == 0) {
        is_done_ = true;
      }
      end = batch.text.rfind('\n');
    }
    if (!is_done_) {
      rest_.assign(batch.text, end + 1);
      batch.text.resize(end + 1);
    }
    split(batch);
    return !batch.pieces.empty() || !batch.problems.empty() || !is_done_;
  }

 private:
  void complain(TrafficBatch& batch, std::string what) {
    const uint64_t line = line_ + 1;
    batch.problems.push_back({line, path_ + ":" + std::to_string(line), std::move(what)});
    batch.text.clear();
    is_done_ = true;
  }

  void split(TrafficBatch& batch) {
    const std::string_view text = batch.text;
    const bool has_mark = line_ == 0 && text.starts_with(kByteOrderMark);
    for (size_t begin = has_mark ? kByteOrderMark.size() : 0; begin < text.size();) {
      const size_t line_end = std::min(text.find('\n', begin), text.size());
      ++line_;
      const std::string_view line = text.substr(begin, line_end - begin);
      if (line.find_first_not_of(" \t\r") != std::string_view::npos) {
        batch.pieces.push_back({begin, line.size(), line_, line_, 1});
      }
      begin = line_end + 1;
    }
  }

  SniffedFile file_;
  std::string path_;
  uint32_t input_;
  std::string rest_;  // of a line whose end was not read yet
  uint64_t line_ = 0;
  bool is_done_ = false;
};

}  // namespace

void TrafficBatch::clear() noexcept {
  text.clear();
  pieces.clear();
  exchanges.clear();
  began_ns.reset();
  problems.clear();
}

Result<std::unique_ptr<TrafficReader>> TrafficReader::open(const std::string& path,
                                                           uint32_t input) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    FL_TRY(auto reader, JournalReader::open(path));
    return std::make_unique<JournalTraffic>(std::move(reader), path, input);
  }
  FL_TRY(auto opened, InputFile::open(path));
  SniffedFile file(std::move(opened));
  FL_TRY(const std::string_view front, file.sniff());
  if (path.ends_with(".har") || looks_like_har(front)) {
    return std::make_unique<HarTraffic>(std::move(file), path, input);
  }
  return std::make_unique<LineTraffic>(std::move(file), path, input);
}

void spell_exchange_name(TrafficFormat format, std::string_view path, uint64_t number,
                         std::string& name) {
  name.assign(path);
  name.append(format == TrafficFormat::Har ? "/entries/" : ":");
  name.append(std::to_string(number));
}

}  // namespace faultline::record

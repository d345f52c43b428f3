// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/run/events.h"

#include "proxy/base/text.h"

#include <charconv>
#include <string_view>
#include <utility>

// events.jsonl: JSON Lines, one event each, ended by "\n", in order of id. Members: id (from 1,
// ascending; a gap is a dropped event), t_ns (since the run began), run (id of the run), kind,
// then the fields of the event in their order, then its traffic texts, redacted.

namespace faultline::run {

namespace {

using Texts = std::vector<std::pair<std::string_view, std::string>>;

/// The inside of a JSON string that needs no decoding: names, numbers in hex.
std::string_view unquoted(std::string_view json) {
  if (json.size() >= 2 && json.front() == '"' && json.back() == '"') {
    json.remove_prefix(1);
    json.remove_suffix(1);
  }
  return json;
}

const std::string* find_text(const Texts& texts, std::string_view name) {
  for (const auto& [key, text] : texts) {
    if (key == name) return &text;
  }
  return nullptr;
}

std::string_view text_or_dash(const Texts& texts, std::string_view name) {
  const std::string* text = find_text(texts, name);
  return text == nullptr ? "-" : unquoted(*text);
}

void append_member(std::string& out, std::string_view name, std::string_view json) {
  out.append(",\"");
  json_escape_to(out, name);
  out.append("\":").append(json);
}

}  // namespace

EventLog::EventLog(const Options& options, const RunFolder& folder, record::AppendFile file,
                   std::unique_ptr<redaction::Redactor> redactor)
    : options_(options),
      run_id_(folder.id()),
      file_(std::move(file)),
      redactor_(std::move(redactor)),
      decisions_(folder.crypto()) {}

Result<std::unique_ptr<EventLog>> EventLog::open(RunFolder& folder, const Options& options,
                                                 std::unique_ptr<redaction::Redactor> redactor) {
  FL_TRY(auto file, folder.open_append("events.jsonl"));
  return std::unique_ptr<EventLog>(
      new EventLog(options, folder, std::move(file), std::move(redactor)));
}

EventLog::~EventLog() { static_cast<void>(close()); }

template <typename Any>
uint64_t EventLog::push(Any&& event) {
  const std::lock_guard lock(queue_mutex_);
  const uint64_t id = ++last_id_;
  if (is_closed_ || queue_.size() >= options_.queue_lines) {
    ++dropped_;
  } else {
    queue_.emplace_back(id, std::forward<Any>(event));
  }
  return id;
}

uint64_t EventLog::emit(Event event) { return push(std::move(event)); }

uint64_t EventLog::emit_fault(FaultEvent&& fault) { return push(std::move(fault)); }

void EventLog::start() {
  if (!thread_.joinable()) thread_ = std::thread([this] { run_drain_loop(); });
}

void EventLog::run_drain_loop() {
  std::unique_lock lock(queue_mutex_);
  while (!is_stopping_) {
    wake_.wait_for(lock, options_.drain_every, [this] { return is_stopping_; });
    lock.unlock();
    static_cast<void>(drain());  // the failure sticks and comes out of close()
    lock.lock();
  }
}

void EventLog::stop_thread() {
  {
    const std::lock_guard lock(queue_mutex_);
    is_stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Status EventLog::drain() {
  const std::lock_guard drain_lock(drain_mutex_);
  {
    const std::lock_guard lock(queue_mutex_);
    batch_.swap(queue_);
  }
  text_.clear();
  for (const auto& [id, any] : batch_) {
    if (const auto* const event = std::get_if<Event>(&any)) {
      write(id, *event);
    } else {
      write(id, to_event(std::get<FaultEvent>(any)));
    }
  }
  if (!failure_ && !text_.empty()) {
    if (auto done = file_.write(text_); !done) failure_ = std::move(done.error());
  }
  {
    const std::lock_guard lock(queue_mutex_);
    (failure_ ? dropped_ : written_) += batch_.size();
  }
  batch_.clear();
  if (failure_) return fail(*failure_);
  return {};
}

Status EventLog::close() {
  stop_thread();
  {
    const std::lock_guard lock(queue_mutex_);
    is_closed_ = true;
  }
  FL_CHECK_OK(drain());
  const std::lock_guard drain_lock(drain_mutex_);
  if (!file_.is_open()) return {};
  FL_CHECK_OK(file_.sync());
  return file_.close();
}

void EventLog::write(uint64_t id, const Event& event) {
  std::string& out = text_;
  out.append("{\"id\":").append(std::to_string(id));
  out.append(",\"t_ns\":").append(std::to_string((event.time - options_.started).count()));
  out.append(",\"run\":").append(json_quote(run_id_));
  out.append(",\"kind\":").append(json_quote(event.kind));
  for (const auto& [name, json] : event.fields) {
    append_member(out, name, json);
  }
  for (const auto& [name, text] : event.traffic_texts) {
    append_member(out, name, json_quote(redactor_->redact_text(text).view()));
  }
  out.append("}\n");
  note_decision(event);
}

void EventLog::note_decision(const Event& event) {
  if (event.kind != "fault" && event.kind != "decision") return;
  const std::string* draw = find_text(event.fields, "u");
  const std::string* occurrence = find_text(event.fields, "occurrence");
  if (draw == nullptr || occurrence == nullptr) return;
  DecisionLine line;
  const std::string_view hex = unquoted(*draw);
  std::from_chars(hex.data(), hex.data() + hex.size(), line.draw, 16);
  line.occurrence = parse_u64(*occurrence).value_or(0);
  line.rule = text_or_dash(event.fields, "rule");
  line.scope = text_or_dash(event.fields, "scope");
  line.verdict = text_or_dash(event.fields, "verdict");
  line.action = text_or_dash(event.fields, "action");
  if (const std::string* key = find_text(event.traffic_texts, "key")) line.key = *key;
  decisions_.add(line);
}

uint64_t EventLog::emitted() const {
  const std::lock_guard lock(queue_mutex_);
  return last_id_;
}

uint64_t EventLog::dropped() const {
  const std::lock_guard lock(queue_mutex_);
  return dropped_;
}

uint64_t EventLog::written() const {
  const std::lock_guard lock(queue_mutex_);
  return written_;
}

redaction::Hits EventLog::redaction_hits() const { return redactor_->totals(); }

}  // namespace faultline::run

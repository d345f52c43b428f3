// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/yaml/event_list.h"

#include "proxy/base/text.h"
#include "proxy/yaml/syntax_error.h"

#include <fmt/core.h>
#include <libfyaml.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

namespace faultline::yaml {
namespace {

struct DiagDestroyer {
  void operator()(fy_diag* diag) const { fy_diag_destroy(diag); }
};
struct ParserDestroyer {
  void operator()(fy_parser* parser) const { fy_parser_destroy(parser); }
};

void discard_output(fy_diag* /*diag*/, void* /*user*/, const char* /*text*/, size_t /*length*/) {}

std::string_view token_text(fy_token* token) {
  size_t length = 0;
  const char* text = fy_token_get_text(token, &length);
  return text == nullptr ? std::string_view() : std::string_view(text, length);
}

class Reader {
 public:
  Reader(const SourceFilePtr& file, const LoadOptions& options,
         std::vector<Diagnostic>& diagnostics)
      : file_(file), source_(file->text()), options_(options), diagnostics_(diagnostics) {}

  EventList read() {
    fy_diag_cfg diag_config{};
    fy_diag_cfg_default(&diag_config);
    diag_config.fp = nullptr;
    diag_config.output_fn = discard_output;
    const std::unique_ptr<fy_diag, DiagDestroyer> diag(fy_diag_create(&diag_config));
    if (!diag) return out_of_memory();
    fy_diag_set_collect_errors(diag.get(), true);
    fy_parse_cfg config{};
    // Depth and duplicate keys are ours to judge: libfyaml's limit depends on the platform, and it
    // reports only the first duplicate.
    config.flags = static_cast<fy_parse_cfg_flags>(
        FYPCF_QUIET | FYPCF_DISABLE_DEPTH_LIMIT | FYPCF_ALLOW_DUPLICATE_KEYS | FYPCF_JSON_NONE |
        static_cast<unsigned>(FYPCF_DEFAULT_VERSION_1_2));
    config.diag = diag.get();
    const std::unique_ptr<fy_parser, ParserDestroyer> parser(fy_parser_create(&config));
    if (!parser || fy_parser_set_string(parser.get(), source_.data(), source_.size()) != 0) {
      return out_of_memory();
    }
    while (!stopped_) {
      fy_event* event = fy_parser_parse(parser.get());
      if (event == nullptr) break;
      take(*event);
      fy_parser_event_free(parser.get(), event);
    }
    if (!stopped_ && fy_parser_get_stream_error(parser.get())) add_syntax_errors(diag.get());
    return std::move(list_);
  }

 private:
  void take(const fy_event& event) {
    switch (event.type) {
      case FYET_DOCUMENT_START:
        return start_document(event.document_start.document_start);
      case FYET_SCALAR:
        return take_scalar(event.scalar);
      case FYET_ALIAS:
        return take_alias(event.alias.anchor);
      case FYET_MAPPING_START:
        return open(EventKind::MappingStart, event.mapping_start.mapping_start,
                    event.mapping_start.anchor);
      case FYET_MAPPING_END:
        return close(EventKind::MappingEnd, event.mapping_end.mapping_end);
      case FYET_SEQUENCE_START:
        return open(EventKind::SequenceStart, event.sequence_start.sequence_start,
                    event.sequence_start.anchor);
      case FYET_SEQUENCE_END:
        return close(EventKind::SequenceEnd, event.sequence_end.sequence_end);
      default:
        return;
    }
  }

  void start_document(fy_token* token) {
    if (++documents_ < 2) return;
    stop("FL0005", "a second document begins here", span_of(token), "only one is read");
  }

  void take_scalar(const fy_event_scalar_data& scalar) {
    Event event;
    if (scalar.value == nullptr) {
      event.span = {last_end_, 0};
    } else {
      event.span = span_of(scalar.value);
      const auto style = fy_token_scalar_style(scalar.value);
      event.is_plain = style == FYSS_PLAIN;
      if (style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED) widen_to_quotes(event.span);
      event.text = keep(token_text(scalar.value), event.span);
    }
    if (scalar.tag != nullptr) {
      const auto tag = token_text(scalar.tag);
      const bool is_core = tag == "tag:yaml.org,2002:int" || tag == "tag:yaml.org,2002:float" ||
                           tag == "tag:yaml.org,2002:bool" || tag == "tag:yaml.org,2002:null";
      event.tag = is_core ? ScalarTag::Core : ScalarTag::Text;
    }
    bind_anchor(scalar.anchor);
    append(event);
  }

  void take_alias(fy_token* token) {
    Event event;
    event.kind = EventKind::Alias;
    event.span = span_of(token);
    event.text = keep(token_text(token), event.span);
    // The star stands before the name.
    if (event.span.offset > 0 && source_[event.span.offset - 1] == '*') {
      --event.span.offset;
      ++event.span.length;
    }
    if (const auto anchor = anchors_.find(event.text); anchor != anchors_.end()) {
      event.link = anchor->second;
    }
    append(event);
  }

  void open(EventKind kind, fy_token* token, fy_token* anchor) {
    if (open_.size() >= options_.depth_max) {
      return stop("FL0004", fmt::format("nested deeper than {} levels", options_.depth_max),
                  span_of(token), "one level too many");
    }
    Event event;
    event.kind = kind;
    event.span = span_of(token);
    bind_anchor(anchor);
    open_.push_back(static_cast<uint32_t>(list_.events.size()));
    append(event);
  }

  void close(EventKind kind, fy_token* token) {
    Event event;
    event.kind = kind;
    event.span = span_of(token);
    // A block collection ends where its last member does, not at the next token.
    if (event.span.length == 0) event.span.offset = last_end_;
    if (!open_.empty()) {
      list_.events[open_.back()].link = static_cast<uint32_t>(list_.events.size());
      open_.pop_back();
    }
    append(event);
  }

  void append(const Event& event) {
    last_end_ = std::max(last_end_, event.span.offset + event.span.length);
    list_.events.push_back(event);
  }

  void bind_anchor(fy_token* anchor) {
    if (anchor == nullptr) return;
    const auto name = token_text(anchor);
    anchors_.insert_or_assign(std::string(name), static_cast<uint32_t>(list_.events.size()));
  }

  SourceSpan span_of(fy_token* token) const {
    const fy_mark* start = token == nullptr ? nullptr : fy_token_start_mark(token);
    const fy_mark* end = token == nullptr ? nullptr : fy_token_end_mark(token);
    if (start == nullptr || end == nullptr) return {last_end_, 0};
    const size_t from = std::min(start->input_pos, source_.size());
    const size_t to = std::clamp(end->input_pos, from, source_.size());
    return {static_cast<uint32_t>(from), static_cast<uint32_t>(to - from)};
  }

  // libfyaml's marks of a quoted scalar stand inside the quotes.
  void widen_to_quotes(SourceSpan& span) const {
    const auto is_quote = [](char c) { return c == '"' || c == '\''; };
    const size_t end = size_t{span.offset} + span.length;
    if (end < source_.size() && is_quote(source_[end])) ++span.length;
    if (span.offset > 0 && is_quote(source_[span.offset - 1])) {
      --span.offset;
      ++span.length;
    }
  }

  // The source's own bytes where they are the text, else a copy that lives as long as the list.
  std::string_view keep(std::string_view text, SourceSpan span) {
    const auto raw = source_.substr(span.offset, span.length);
    if (raw == text) return raw;
    if (raw.size() == text.size() + 2 && raw.substr(1, text.size()) == text) {
      return raw.substr(1, text.size());
    }
    return list_.texts.emplace_back(text);
  }

  void stop(std::string code, std::string message, SourceSpan span, std::string label) {
    Diagnostic d;
    d.code = std::move(code);
    d.message = std::move(message);
    d.file = file_;
    d.span = span;
    d.label = std::move(label);
    diagnostics_.push_back(std::move(d));
    stopped_ = true;
  }

  EventList out_of_memory() {
    stop("FL0001", "the YAML parser could not be started", {}, "");
    return {};
  }

  void add_syntax_errors(fy_diag* diag) {
    const size_t before = diagnostics_.size();
    void* cursor = nullptr;
    while (const fy_diag_error* error = fy_diag_errors_iterate(diag, &cursor)) {
      if (error->type != FYET_ERROR) continue;
      diagnostics_.push_back(syntax_error(file_, error->msg, error->line, error->column));
    }
    if (diagnostics_.size() == before) {
      diagnostics_.push_back(syntax_error(file_, "the text is not YAML", 1, 1));
    }
  }

  const SourceFilePtr& file_;
  std::string_view source_;
  const LoadOptions& options_;
  std::vector<Diagnostic>& diagnostics_;
  EventList list_;
  std::map<std::string, uint32_t, std::less<>> anchors_;
  std::vector<uint32_t> open_;
  uint32_t last_end_ = 0;
  int documents_ = 0;
  bool stopped_ = false;
};

}  // namespace

EventList read_events(const SourceFilePtr& file, const LoadOptions& options,
                      std::vector<Diagnostic>& diagnostics) {
  return Reader(file, options, diagnostics).read();
}

}  // namespace faultline::yaml

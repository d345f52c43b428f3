// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "rules/load_fault_parts.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

// The faults that act on HTTP messages.
namespace faultline::rules {
namespace {

bool is_field_value(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
  });
}

// Fields of framing and of the connection follow from the message.
bool check_editable(LoadContext& context, const std::string& name, SourceSpan span) {
  if (!check_header_name(context, name, span)) return false;
  constexpr std::array<std::string_view, 4> kFixed{"content-length", "transfer-encoding",
                                                   "connection", "upgrade"};
  const auto lower = to_lower(name);
  if (std::find(kFixed.begin(), kFixed.end(), lower) == kFixed.end()) return true;
  context.error("FL0118", span,
                fmt::format("'{}' follows from the message and cannot be set", lower),
                "set by faultline");
  return false;
}

std::vector<std::string> load_names(ObjectReader& reader, std::string_view key) {
  std::vector<std::string> names;
  for (auto& name : reader.texts(key)) {
    if (check_editable(reader.context(), name.text, name.span))
      names.push_back(std::move(name.text));
  }
  return names;
}

void load_retry(ObjectReader& reader, AbortSpec& spec) {
  constexpr Range<Duration> kRange{std::chrono::seconds(0), std::chrono::hours(24 * 365)};
  spec.retry_after = reader.duration("retry_after", kRange);
  if (spec.retry_after && *spec.retry_after % std::chrono::seconds(1) != Duration{}) {
    reader.context().error("FL0107", reader.value_span("retry_after"),
                           "'retry_after' must be whole seconds", "RFC 9110 10.2.3");
  }
  const auto as = reader.choice("retry_as");
  if (!as) return;
  spec.retry_as = static_cast<AbortSpec::RetryAs>(*as);
  if (!reader.has("retry_after")) {
    reader.context().error("FL0111", reader.key_span("retry_as"), "'retry_as' needs 'retry_after'",
                           "nothing to write");
  }
}

uint64_t load_max_body(ObjectReader& reader) {
  return reader.byte_size("max_body", kBodyRange).value_or(limits::kCaptureBytes);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> load_fields(ObjectReader& reader,
                                                             std::string_view key) {
  std::vector<std::pair<std::string, std::string>> fields;
  auto& context = reader.context();
  NameRegister names("header");
  for (auto& [name, value] : reader.text_map(key)) {
    const std::string text(name.string());
    if (!check_editable(context, text, name.span())) continue;
    names.add(context, to_lower(text), name.span());
    if (is_field_value(value.text)) {
      fields.emplace_back(text, std::move(value.text));
    } else {
      context.error("FL0118", value,
                    fmt::format("the value of '{}' holds a control character", text),
                    "not a header value");
    }
  }
  return fields;
}

LoadedFault load_abort(ObjectReader& reader) {
  LoadedFault loaded;
  AbortSpec spec;
  const auto status = reader.integer("status", {200, 599});
  if (status) spec.status = static_cast<int>(*status);
  spec.headers = load_fields(reader, "headers");
  load_retry(reader, spec);
  if (auto body = reader.text("body")) spec.body = std::move(body->text);
  if (!spec.body.empty() && (spec.status == 204 || spec.status == 304)) {
    auto& d = reader.context().error(
        "FL0118", reader.key_span("body"),
        fmt::format("an answer with status {} has no body", spec.status), "cannot be sent");
    d.secondary.push_back({reader.value_span("status"), "this status"});
  }
  if (const auto effect = reader.choice("effect")) {
    spec.after = *effect == 1;
    loaded.side_is_given = true;
    loaded.side_span = reader.value_span("effect");
  }
  loaded.fault = std::move(spec);
  return loaded;
}

LoadedFault load_edit(ObjectReader& reader) {
  LoadedFault loaded;
  EditSpec spec;
  load_side(reader, spec.side, loaded);
  spec.set = load_fields(reader, "set");
  spec.remove = load_names(reader, "remove");
  spec.duplicate = load_names(reader, "duplicate");
  auto& context = reader.context();
  if (const auto status = reader.integer("status", {200, 599})) {
    spec.status = static_cast<int>(*status);
    if (spec.status == 204 || spec.status == 304) {
      auto& d = context.error("FL0118", reader.value_span("status"),
                              fmt::format("an answer with status {} has no body", spec.status),
                              "would leave the body behind");
      d.help = "write abort: { status: 204, effect: after }";
    }
    if (loaded.side_is_given && spec.side == Side::Request) {
      auto& d = context.error("FL0110", reader.key_span("status"),
                              "'status' and 'side: request' exclude each other",
                              "only an answer has one");
      d.secondary.push_back({loaded.side_span, "the request"});
    }
    loaded.side_is_given = true;
  }
  const bool is_empty = spec.set.empty() && spec.remove.empty() && spec.duplicate.empty();
  const bool says_something =
      reader.has("status") || reader.has("set") || reader.has("remove") || reader.has("duplicate");
  if (is_empty && !says_something) {
    auto& d = context.error("FL0111", reader.span(), "edit says not what to do",
                            "needs status, set, remove or duplicate");
    d.help = "write edit: { remove: [etag] }";
  }
  loaded.fault = std::move(spec);
  return loaded;
}

LoadedFault load_truncate(ObjectReader& reader) {
  LoadedFault loaded;
  TruncateSpec spec;
  if (const auto how = reader.choice("how")) spec.how = static_cast<TruncateSpec::How>(*how);
  spec.at = reader.byte_size("at", kOffsetRange).value_or(0);
  if (reader.has("at") && spec.how == TruncateSpec::How::NoLastChunk) {
    reader.context().error("FL0110", reader.key_span("at"),
                           "'at' and 'how: no_last_chunk' exclude each other",
                           "the whole body comes");
  }
  loaded.fault = spec;
  return loaded;
}

LoadedFault load_withhold_continue(ObjectReader& reader) {
  LoadedFault loaded;
  WithholdContinueSpec spec;
  spec.hold = reader.duration("for", kPositiveDelayRange);
  loaded.fault = spec;
  return loaded;
}

LoadedFault load_duplicate_request(ObjectReader& reader) {
  LoadedFault loaded;
  DuplicateRequestSpec spec;
  spec.gap = reader.duration("gap", kDelayRange).value_or(Duration{});
  loaded.fault = spec;
  return loaded;
}

LoadedFault load_stale_response(ObjectReader& reader) {
  LoadedFault loaded;
  loaded.fault = StaleResponseSpec{load_max_body(reader)};
  return loaded;
}

LoadedFault load_swap_responses(ObjectReader& reader) {
  LoadedFault loaded;
  SwapResponsesSpec spec;
  spec.wait = reader.duration("wait", kPositiveDelayRange).value_or(std::chrono::milliseconds(100));
  spec.body_max = load_max_body(reader);
  const auto allowed = reader.boolean("allow_mixup");
  if (allowed && !*allowed) {
    auto& d = reader.context().error("FL0111", reader.value_span("allow_mixup"),
                                     "swap_responses gives one client the answer of another",
                                     "must be allowed");
    d.help = "write allow_mixup: true";
  }
  loaded.fault = spec;
  return loaded;
}

}  // namespace faultline::rules

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/media_type.h"

#include "proxy/base/limits.h"
#include "proxy/base/text.h"
#include "proxy/coding/content_coding.h"
#include "redaction/structure/multipart.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <utility>

namespace faultline::redaction {
namespace {

constexpr std::array<std::string_view, 14> kTextTypes{
    "application/json",       "application/x-ndjson",    "application/ndjson",
    "application/jsonl",      "application/json-seq",    "application/xml",
    "application/javascript", "application/graphql",     "application/yaml",
    "application/x-yaml",     "application/toml",        "application/sql",
    "application/ecmascript", "application/x-javascript"};

// A character set in which ASCII bytes mean themselves and nothing else does.
bool is_readable_charset(std::string_view charset) {
  return charset.empty() || iequals(charset, "utf-8") || iequals(charset, "utf8") ||
         iequals(charset, "us-ascii") || iequals(charset, "ascii");
}

bool is_text_type(std::string_view type) {
  return type.starts_with("text/") || type.ends_with("+json") || type.ends_with("+xml") ||
         type.ends_with("+yaml") ||
         std::find(kTextTypes.begin(), kTextTypes.end(), type) != kTextTypes.end();
}

BodyPlan unreadable(std::string_view reason) { return {BodyKind::Unreadable, reason, {}, {}}; }
BodyPlan readable(BodyKind kind) { return {kind, {}, {}, {}}; }

BodyPlan plan_content_type(std::string_view value) {
  if (value == "application/json") return {};  // nearly always
  const std::string type = to_lower(trim(value.substr(0, value.find(';'))));
  if (!is_readable_charset(parameter_of(value, "charset"))) return unreadable("charset");
  if (type == "application/x-www-form-urlencoded") return readable(BodyKind::Form);
  if (type == "application/graphql") return readable(BodyKind::Graphql);
  if (type.starts_with("multipart/")) {
    BodyPlan plan = readable(BodyKind::Multipart);
    plan.boundary = parameter_of(value, "boundary");
    return plan;
  }
  return is_text_type(type) ? BodyPlan{} : unreadable("media type");
}

constexpr uint64_t kOnes = 0x0101010101010101;
constexpr uint64_t kHighs = 0x8080808080808080;

// Controls but tab, line ends, form feed and record separator: these bytes are not the characters
// they seem to be (UTF-16, a picture).
bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' &&
         c != '\x1E';
}
bool is_high(char c) { return static_cast<unsigned char>(c) >= 0x80; }

// No byte is a control or beyond ASCII.
template <size_t Bytes>
bool is_plain_ascii(const char* text) {
  uint64_t other = 0;
  for (size_t i = 0; i < Bytes; i += sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, text + i, sizeof(word));
    other |= (word - kOnes * 0x20) | word;
  }
  return (other & kHighs) == 0;
}

}  // namespace

std::string_view why_not_text(std::string_view body) noexcept {
  constexpr size_t kStep = 4 * sizeof(uint64_t);
  bool is_ascii = true;
  for (size_t i = 0; i < body.size(); i += kStep) {
    const std::string_view part = body.substr(i, kStep);
    if (part.size() == kStep && is_plain_ascii<kStep>(part.data())) continue;
    if (std::any_of(part.begin(), part.end(), is_control)) return "control characters";
    is_ascii = is_ascii && std::none_of(part.begin(), part.end(), is_high);
  }
  return is_ascii || is_utf8(body) ? std::string_view{} : "not utf-8";
}

BodyPlan plan_part(std::string_view media_type, std::string_view body) {
  BodyPlan plan = media_type.empty() ? BodyPlan{} : plan_content_type(media_type);
  if (plan.kind == BodyKind::Unreadable || plan.kind == BodyKind::Multipart) return plan;
  const std::string_view why = why_not_text(body);
  return why.empty() ? plan : unreadable(why);
}

BodyPlan plan_body(const MessageView& message) {
  switch (message.body_state) {
    case BodyState::Complete:
      break;
    case BodyState::TooLarge:
      return unreadable("too large");
    case BodyState::Aborted:
      return unreadable("aborted");
    case BodyState::NotKept:
      return unreadable("not kept");
  }
  if (message.body.size() > limits::kCaptureBytes) return unreadable("too large");
  BodyPlan plan;
  std::vector<std::string_view> codings;
  const FieldView* type = nullptr;
  for (const auto& field : message.fields) {
    if (iequals(field.name, "content-encoding")) {
      for (const auto coding : coding::codings_of(field.value)) codings.push_back(coding);
    } else if (iequals(field.name, "content-type")) {
      if (type != nullptr && type->value != field.value) return unreadable("media type");
      type = &field;
      plan = plan_content_type(field.value);
    }
  }
  plan.codings = std::move(codings);
  return plan;
}

}  // namespace faultline::redaction

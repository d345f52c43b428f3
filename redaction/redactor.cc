// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/redactor.h"

#include "redaction/engine.h"
#include "redaction/media_type.h"

#include <algorithm>
#include <array>
#include <utility>

namespace faultline::redaction {
namespace {

constexpr std::array<std::string_view, 1> kPacks{"default"};
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

using Counts = std::array<uint64_t, kClasses.size()>;

void count(const Edits& edits, Counts& counts) {
  for (const auto& edit : edits) ++counts[static_cast<size_t>(edit.class_id)];
}

void add_hits(const Counts& counts, Hits& hits) {
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) hits[std::string(kClasses[i].id)] += counts[i];
  }
}

}  // namespace

struct Redactor::Impl {
  Impl(const Crypto& crypto, std::string_view key) : engine(crypto, key) {}

  // The text with the edits that `make` appends, which are counted.
  template <typename Make>
  std::string rewrite(std::string_view text, Counts& counts, Make make) {
    edits.clear();
    make(edits);
    if (edits.empty()) return std::string(text);
    count(edits, counts);
    return apply_edits(text, edits);
  }

  std::string text(std::string_view text, Counts& counts) {
    return rewrite(text, counts, [&](Edits& out) { engine.edit_document(text, out); });
  }

  std::vector<RedactedMessage::Field> fields(const std::vector<FieldView>& views, Counts& counts) {
    std::vector<RedactedMessage::Field> out;
    out.reserve(views.size());
    for (const auto& view : views) {
      std::string value = rewrite(view.value, counts, [&](Edits& edits_out) {
        engine.edit_field(view.name, view.value, edits_out);
      });
      out.push_back({text(view.name, counts), std::move(value)});
    }
    return out;
  }

  std::string body(BodyKind kind, std::string_view body, Counts& counts) {
    if (kind == BodyKind::Form) {
      return rewrite(body, counts, [&](Edits& out) { engine.edit_form(body, out); });
    }
    if (!body.starts_with(kByteOrderMark)) return text(body, counts);
    return std::string(kByteOrderMark) + text(body.substr(kByteOrderMark.size()), counts);
  }

  Engine engine;
  Edits edits;
  Hits totals;
};

Redactor::Redactor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Redactor::~Redactor() = default;

Result<std::unique_ptr<Redactor>> Redactor::create(const Policy& policy, const Crypto& crypto,
                                                   std::string_view key) {
  for (const auto& pack : policy.packs) {
    if (std::find(kPacks.begin(), kPacks.end(), pack) == kPacks.end()) {
      return fail(ErrorCode::InvalidArgument,
                  "unknown redaction pack '" + pack + "' (known: default)", ErrorSource::Input);
    }
  }
  if (policy.packs.empty()) {
    return fail(ErrorCode::InvalidArgument, "no redaction pack is on (known: default)",
                ErrorSource::Input);
  }
  if (key.empty()) return fail(ErrorCode::InvalidArgument, "the redaction key is empty");
  return std::unique_ptr<Redactor>(new Redactor(std::make_unique<Impl>(crypto, key)));
}

RedactedMessage Redactor::redact(const MessageView& message) {
  Counts counts{};
  RedactedMessage out;
  out.direction_ = message.direction;
  out.status_ = message.status;
  out.method_ = impl_->text(message.method, counts);
  out.version_ = impl_->text(message.version, counts);
  out.target_ = impl_->rewrite(message.target, counts, [&](Edits& edits) {
    impl_->engine.edit_target(message.target, edits);
  });
  out.fields_ = impl_->fields(message.fields, counts);
  out.trailers_ = impl_->fields(message.trailers, counts);
  out.original_body_bytes_ = message.body.size();
  out.body_state_ = message.body_state;
  const bool nothing = message.body.empty() && message.body_state == BodyState::Complete;
  if (!nothing) {
    const BodyPlan plan = plan_body(message);
    if (plan.kind == BodyKind::Unreadable) {
      out.body_outcome_ = BodyOutcome::Dropped;
      out.drop_reason_ = plan.reason;
    } else {
      out.body_outcome_ = BodyOutcome::Kept;
      out.body_ = impl_->body(plan.kind, message.body, counts);
    }
  }
  add_hits(counts, out.hits_);
  add_hits(counts, impl_->totals);
  return out;
}

RedactedText Redactor::redact_text(std::string_view text) {
  Counts counts{};
  RedactedText out(impl_->text(text, counts));
  add_hits(counts, impl_->totals);
  return out;
}

RedactedText Redactor::redact_value(std::string_view name, std::string_view value) {
  Counts counts{};
  RedactedText out(impl_->rewrite(
      value, counts, [&](Edits& edits) { impl_->engine.edit_named_text(name, value, edits); }));
  add_hits(counts, impl_->totals);
  return out;
}

RedactedText Redactor::vouch(std::string text) { return RedactedText(std::move(text)); }

const Hits& Redactor::totals() const noexcept { return impl_->totals; }

}  // namespace faultline::redaction

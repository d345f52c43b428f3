// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/redactor.h"

#include "proxy/base/text.h"
#include "proxy/coding/content_coding.h"
#include "proxy/json/pointer.h"
#include "proxy/json/splice.h"
#include "proxy/json/tape.h"
#include "redaction/redactor_impl.h"

#include <algorithm>
#include <utility>

namespace faultline::redaction {
namespace {

// `opt-in`: the classes of that tier, besides.
constexpr std::string_view kDefaultPack = "default";
constexpr std::string_view kOptInPack = "opt-in";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string joined(const std::vector<std::string_view>& words) {
  std::string out;
  for (const auto word : words) out += (out.empty() ? "" : ", ") + std::string(word);
  return out;
}

bool is_on(const std::vector<std::string>& packs, std::string_view pack) {
  return std::find(packs.begin(), packs.end(), pack) != packs.end();
}

Status check_packs(const std::vector<std::string>& packs) {
  for (const auto& pack : packs) {
    if (pack == kDefaultPack || pack == kOptInPack) continue;
    return fail(ErrorCode::InvalidArgument,
                "unknown redaction pack '" + pack + "' (known: default, opt-in)",
                ErrorSource::Input);
  }
  if (is_on(packs, kDefaultPack)) return {};
  return fail(ErrorCode::InvalidArgument,
              packs.empty() ? "no redaction pack is on (known: default, opt-in)"
                            : "redaction pack 'opt-in' adds to 'default', which is not on",
              ErrorSource::Input);
}

// The message counts from 1 and names no literal: it may be a secret.
Status check_length(const std::vector<std::string>& literals, std::string_view what, size_t least) {
  for (size_t i = 0; i < literals.size(); ++i) {
    if (literals[i].size() >= least) continue;
    return fail(ErrorCode::InvalidArgument,
                std::string(what) + " " + std::to_string(i + 1) + " has less than " +
                    std::to_string(least) + " bytes",
                ErrorSource::Input);
  }
  return {};
}

Result<LiteralSet> make_literals(const Policy& policy) {
  FL_CHECK_OK(check_length(policy.known, "known value", LiteralSet::kKnownBytesMin));
  FL_CHECK_OK(check_length(policy.dictionary, "word", LiteralSet::kWordBytesMin));
  LiteralSet literals;
  for (const auto& value : policy.known) literals.add_known(value);
  for (const auto& word : policy.dictionary) literals.add_word(word);
  return literals;
}

// What is known of a message, a record or a text, for as long as it is redacted.
class Known {
 public:
  Known(Engine& engine, const Hints& hints, std::string_view body = {},
        const json::Document* tree = nullptr)
      : engine_(engine) {
    engine_.set_hints(&hints);
    engine_.set_parsed(body, tree);
  }
  ~Known() {
    engine_.set_hints(nullptr);
    engine_.set_parsed({}, nullptr);
  }
  Known(const Known&) = delete;
  Known& operator=(const Known&) = delete;

 private:
  Engine& engine_;
};

}  // namespace

Hits named(const ClassCounts& counts) {
  Hits hits;
  for (const auto& [id, count] : counts) hits.emplace(class_info(id).id, count);
  return hits;
}

void Redactor::Impl::note(const Edits& made) {
  const auto is_alike = [](const Edit& a, const Edit& b) {
    return a.class_id == b.class_id && a.origin.rule == b.origin.rule &&
           a.origin.op == b.origin.op && a.origin.place == b.origin.place;
  };
  for (size_t first = 0, last = 0; first < made.size(); first = last) {
    const Edit& edit = made[first];
    // Of values side by side only the first is looked up.
    while (last < made.size() && is_alike(edit, made[last])) ++last;
    const auto id = static_cast<size_t>(edit.class_id);
    if (counts[id] == 0) counted.push_back(id);
    counts[id] += last - first;
    const Place& place = engine.places().at(edit.origin.place);
    // A mask shows an end and a decoded layer its neighbours: only what is keyed is shown.
    const bool is_keyed = is_tag_surrogate(edit.text) || is_email_surrogate(edit.text);
    tally.add({edit.class_id, edit.origin.rule, edit.origin.op, place}, last - first,
              is_keyed ? std::string_view(edit.text) : std::string_view());
    for (size_t i = first; i < last && marks != nullptr; ++i) {
      marks->push_back(
          {class_info(edit.class_id).id, edit.origin.rule, edit.origin.op, place, made[i].begin});
    }
  }
}

bool Redactor::Impl::goes_as_a_whole(std::string_view text, const Edits& made) {
  return std::any_of(made.begin(), made.end(), [&](const Edit& edit) {
    return edit.origin.op == Operator::Drop && edit.end - edit.begin == text.size();
  });
}

ClassCounts Redactor::Impl::flush() {
  ClassCounts hits;
  hits.reserve(counted.size());
  for (const size_t i : counted) {
    hits.emplace_back(static_cast<ClassId>(i), counts[i]);
    totals[i] += std::exchange(counts[i], 0);
  }
  counted.clear();
  return hits;
}

std::vector<RedactedMessage::Field> Redactor::Impl::fields(Part part,
                                                           const std::vector<FieldView>& views) {
  std::vector<RedactedMessage::Field> out;
  out.reserve(views.size());
  for (const auto& view : views) {
    engine.enter(part, "name");
    std::string name = word(view.name);
    engine.enter(part, name);
    bool dropped = false;
    std::string value = rewrite(
        view.value, [&](Edits& made) { engine.edit_field(view.name, view.value, made); }, &dropped);
    if (!dropped) out.push_back({std::move(name), std::move(value)});
  }
  return out;
}

Redactor::Impl::Body Redactor::Impl::body(const BodyPlan& plan, std::string_view body) {
  Body out;
  std::string_view front;
  if (body.starts_with(kByteOrderMark)) {
    front = kByteOrderMark;
    body.remove_prefix(kByteOrderMark.size());
  }
  bool is_whole = true;
  out.text = rewrite(body, [&](Edits& made) {
    switch (plan.kind) {
      case BodyKind::Form:
        engine.edit_form(body, made);
        return;
      case BodyKind::Multipart:
        is_whole = engine.edit_multipart(body, plan.boundary, made);
        return;
      case BodyKind::Graphql:
        engine.edit_graphql_text(body, made);
        return;
      case BodyKind::Text:
      case BodyKind::Unreadable:
        engine.edit_document(body, made);
        return;
    }
  });
  if (!is_whole) return {{}, "multipart"};
  out.text.insert(0, front);
  const auto shift = static_cast<uint32_t>(front.size());
  out.replaced.reserve(edits.size());
  for (const Edit& edit : edits) {
    const auto size = static_cast<uint32_t>(edit.text.size());
    out.replaced.push_back({edit.begin + shift, edit.end + shift, size});
  }
  return out;
}

void Redactor::Impl::edit_format(TextFormat format, std::string_view text, Edits& out) {
  engine.enter(Part::Text);
  switch (format) {
    case TextFormat::Har:
      if (!engine.edit_har(text, out)) engine.edit_document(text, out);
      return;
    case TextFormat::Form:
      engine.edit_form(text, out);
      return;
    case TextFormat::Graphql:
      engine.edit_graphql_text(text, out);
      return;
    case TextFormat::Auto:
      engine.edit_document(text, out);
      return;
  }
}

MessageView RedactedMessage::view() const {
  MessageView view;
  view.direction = direction_;
  view.method = method_;
  view.target = target_;
  view.status = status_;
  view.version = version_;
  view.fields.reserve(fields_.size());
  for (const auto& field : fields_) view.fields.push_back({field.name, field.value});
  for (const auto& field : trailers_) view.trailers.push_back({field.name, field.value});
  view.body = body_;
  view.body_state = body_outcome_ == BodyOutcome::Dropped ? BodyState::NotKept : body_state_;
  return view;
}

Redactor::Redactor(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Redactor::~Redactor() = default;

Result<std::unique_ptr<Redactor>> Redactor::create(const Policy& policy, const Crypto& crypto,
                                                   std::string_view key, Observer* observer) {
  FL_CHECK_OK(check_packs(policy.packs));
  if (key.empty()) return fail(ErrorCode::InvalidArgument, "the redaction key is empty");
  FL_TRY(auto table, OperatorTable::create(policy.operators));
  FL_TRY(auto literals, make_literals(policy));
  PatternSet patterns(is_on(policy.packs, kOptInPack), std::move(literals));
  return std::unique_ptr<Redactor>(new Redactor(
      std::make_unique<Impl>(std::move(table), std::move(patterns), crypto, key, observer)));
}

RedactedMessage Redactor::redact(const MessageView& message, const Hints& hints,
                                 const json::Document* body) {
  Impl& impl = *impl_;
  const Known known(impl.engine, hints, message.body, body);
  RedactedMessage out;
  out.direction_ = message.direction;
  out.status_ = message.status;
  impl.engine.enter(Part::Method);
  out.method_ = impl.word(message.method);
  impl.engine.enter(Part::Version);
  out.version_ = impl.word(message.version);
  impl.engine.enter(Part::Target);
  out.target_ = impl.rewrite(message.target,
                             [&](Edits& edits) { impl.engine.edit_target(message.target, edits); });
  out.fields_ = impl.fields(Part::Field, message.fields);
  out.trailers_ = impl.fields(Part::Trailer, message.trailers);
  out.original_body_bytes_ = message.body.size();
  out.body_state_ = message.body_state;
  const bool nothing = message.body.empty() && message.body_state == BodyState::Complete;
  if (!nothing) redact_body(message, out);
  out.hits_ = impl.flush();
  return out;
}

namespace {

std::string_view why_not_decoded(coding::DecodedContent::Outcome outcome) {
  using Outcome = coding::DecodedContent::Outcome;
  switch (outcome) {
    case Outcome::Decoded:
      return {};
    case Outcome::UnknownCoding:
    case Outcome::TooManyCodings:
      return "content-encoding";
    case Outcome::TooLarge:
      return "too large";
    case Outcome::Ratio:
      return "ratio";
    case Outcome::Malformed:
      break;
  }
  return "undecodable";
}

}  // namespace

void Redactor::redact_body(const MessageView& message, RedactedMessage& out) {
  const BodyPlan plan = plan_body(message);
  std::string_view why = plan.kind == BodyKind::Unreadable ? plan.reason : std::string_view();
  std::string_view body = message.body;
  coding::DecodedContent decoded;
  if (why.empty() && !plan.codings.empty()) {
    decoded = coding::decode_content(body, plan.codings);
    why = why_not_decoded(decoded.outcome);
    body = decoded.bytes;
  }
  if (why.empty() && plan.kind != BodyKind::Multipart) why = why_not_text(body);
  if (why.empty()) {
    impl_->engine.enter(Part::Body);
    auto redacted = impl_->body(plan, body);
    why = redacted.drop_reason;
    out.body_ = std::move(redacted.text);
    out.body_replaced_ = std::move(redacted.replaced);
  }
  out.drop_reason_ = why;
  out.body_outcome_ = why.empty() ? BodyOutcome::Kept : BodyOutcome::Dropped;
  if (!why.empty() || plan.codings.empty()) return;
  out.decoded_from_ = joined(plan.codings);
  std::erase_if(out.fields_, [](const RedactedMessage::Field& field) {
    return iequals(field.name, "content-encoding");
  });
}

RedactedRecord Redactor::redact(const RecordView& record, const Hints& hints) {
  Impl& impl = *impl_;
  const Known known(impl.engine, hints);
  RedactedRecord out;
  impl.engine.enter(Part::Text, "topic");
  out.topic_ = impl.text(record.topic);
  // Bytes that are no text are one value: serialised keys and headers.
  const auto rewrite = [&impl](std::string_view bytes, auto edit) {
    const bool is_text = why_not_text(bytes).empty();
    return impl.rewrite(bytes, [&](Edits& edits) {
      if (is_text) {
        edit(edits);
      } else {
        impl.engine.edit_opaque(ClassId::KeyPii, bytes, edits);
      }
    });
  };
  if (record.key) {
    impl.engine.enter(Part::RecordKey);
    const std::string_view key = *record.key;
    out.key_ = rewrite(key, [&](Edits& edits) { impl.engine.edit_document(key, edits); });
  }
  for (const auto& header : record.headers) {
    impl.engine.enter(Part::RecordHeader, "name");
    std::string name = impl.text(header.name);
    impl.engine.enter(Part::RecordHeader, name);
    out.headers_.push_back({name, rewrite(header.value, [&](Edits& edits) {
                              impl.engine.edit_field(header.name, header.value, edits);
                            })});
  }
  if (record.value) {
    impl.engine.enter(Part::RecordValue);
    const std::string_view why = why_not_text(*record.value);
    if (why.empty()) {
      out.value_ = impl.text(*record.value);
    } else {
      out.drop_reason_ = why;
    }
  }
  impl.flush();
  return out;
}

RedactedText Redactor::redact_sasl(std::string_view payload) {
  Impl& impl = *impl_;
  impl.engine.enter(Part::Text, "sasl");
  RedactedText out(impl.rewrite(
      payload, [&](Edits& edits) { impl.engine.edit_opaque(ClassId::OtherAuth, payload, edits); }));
  impl.flush();
  return out;
}

RedactedText Redactor::redact_text(std::string_view text) {
  return redact_document(text, TextFormat::Auto);
}

RedactedText Redactor::redact_document(std::string_view text, TextFormat format,
                                       const Hints& hints) {
  const Known known(impl_->engine, hints);
  RedactedText out(
      impl_->rewrite(text, [&](Edits& edits) { impl_->edit_format(format, text, edits); }));
  impl_->flush();
  return out;
}

std::vector<Mark> Redactor::explain(std::string_view text, TextFormat format, const Hints& hints) {
  std::vector<Mark> marks;
  impl_->marks = &marks;
  static_cast<void>(redact_document(text, format, hints));
  impl_->marks = nullptr;
  return marks;
}

std::vector<Mark> Redactor::explain(const MessageView& message, const Hints& hints) {
  std::vector<Mark> marks;
  impl_->marks = &marks;
  static_cast<void>(redact(message, hints));
  impl_->marks = nullptr;
  return marks;
}

RedactedText Redactor::redact_value(std::string_view name, std::string_view value) {
  impl_->engine.enter(Part::Text);
  RedactedText out(impl_->rewrite(
      value, [&](Edits& edits) { impl_->engine.edit_named_text(name, value, edits); }));
  impl_->flush();
  return out;
}

void Redactor::fit(RedactedMessage& message, const std::vector<Fit>& fits) {
  if (fits.empty()) return;
  const auto document = json::Document::parse(message.body_);
  if (!document) return;
  std::vector<json::Edit> edits;
  for (const Fit& fit : fits) {
    const auto value = json::resolve(document->root(), fit.pointer);
    const bool is_ours =
        value && ((value->is_string() && Surrogates::looks_closed(value->string())) ||
                  (value->is_number() && Surrogates::looks_closed(value->number_text())));
    if (is_ours) edits.push_back(json::replace_value(*value, fit.json));
  }
  // Two fits of one place overlap: then neither is taken.
  if (auto body = json::splice(message.body_, edits)) message.body_ = std::move(*body);
}

RedactedText Redactor::vouch(std::string text) { return RedactedText(std::move(text)); }

Hits Redactor::totals() const {
  ClassCounts counts;
  for (size_t i = 0; i < impl_->totals.size(); ++i) {
    if (impl_->totals[i] > 0) counts.emplace_back(static_cast<ClassId>(i), impl_->totals[i]);
  }
  return named(counts);
}

Tally Redactor::tally() const {
  Tally out = impl_->tally;
  const auto& kept = impl_->engine.kept();
  for (size_t i = 0; i < kept.size(); ++i) out.add_kept(static_cast<ClassId>(i), kept[i]);
  const auto& rows = impl_->policy.rows();
  for (size_t i = 0; i < rows.size(); ++i) out.add_bound(rows[i], impl_->engine.row_counts()[i]);
  return out;
}

}  // namespace faultline::redaction

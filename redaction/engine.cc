// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/engine.h"

#include "proxy/base/text.h"
#include "redaction/engine_scope.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace faultline::redaction {
namespace {

// Layers of encoding and nesting that are undone.
constexpr unsigned kDepthMax = 4;
// Nothing that is looked for is shorter: `a@b.co`, `sid=1`.
constexpr size_t kValueMin = 5;

// Scans of a result until it is stable, and finds in one that are worth following up. Beyond them
// the whole text is replaced.
constexpr unsigned kRoundsMax = 4;
constexpr size_t kRoundEditsMax = 64;

// Nearly every JSON text has a name that asks for its structure. Up to this size it is read at
// once, and the survey leaves names to the walk.
constexpr size_t kWalkedBytes = 4096;

constexpr uint32_t narrow32(size_t value) { return static_cast<uint32_t>(value); }

bool looks_like_json(std::string_view text) {
  // Nearly every string ends here.
  if (text.empty() || text.front() > '{' || is_alnum(text.front())) return false;
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return false;
  const char last = text[text.find_last_not_of(" \t\r\n")];
  return (text[first] == '{' && last == '}') || (text[first] == '[' && last == ']') ||
         (text[first] == '"' && last == '"' && text.size() > 2);
}

// An element, a declaration or a comment at the front and an element's end at the back.
bool looks_like_xml(std::string_view text) {
  // Nearly every text ends here.
  if (text.empty() || text.front() > '<' || is_alnum(text.front())) return false;
  const size_t first = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  const size_t last = text.find_last_not_of(" \t\r\n");
  return text.size() - first >= 7 && text[first] == '<' && text[last] == '>';
}

// Where in a line a JSON text or the data of a server-sent event begins; `any` for a text of any
// kind, which then need not be JSON.
size_t json_begin(std::string_view line, bool any = false) {
  constexpr std::string_view kData = "data:";
  const size_t from = line.starts_with(kData) ? kData.size() : 0;
  const size_t first = std::min(line.find_first_not_of(" \t", from), line.size());
  const bool is_there = first < line.size() && (any || line[first] == '{' || line[first] == '[');
  return is_there ? first : std::string::npos;
}

// A document, or a line that may be one. Elsewhere a survey would be the scan itself, done twice.
bool holds_json(std::string_view text) {
  if (looks_like_json(text)) return true;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    if (json_begin(text.substr(begin, end - begin)) != std::string_view::npos) return true;
    begin = end + 1;
  }
  return false;
}

// The user information of a URL that was replaced, or a surrogate glued to a word.
bool is_our_address(std::string_view address) {
  const size_t size = std::min(address.size(), kEmailSurrogateChars);
  return is_tag_surrogate(address.substr(0, address.find('@'))) ||
         is_email_surrogate(address.substr(address.size() - size));
}

void shift(Edits& edits, size_t first, uint32_t by) {
  for (size_t i = first; i < edits.size(); ++i) {
    edits[i].begin += by;
    edits[i].end += by;
  }
}

}  // namespace

Engine::Engine(const Crypto& crypto, std::string_view key, const OperatorTable& policy,
               Observer* observer, PatternSet patterns)
    : surrogates_(crypto, key),
      policy_(policy),
      observer_(observer),
      row_counts_(policy.rows().size(), 0),
      patterns_(std::move(patterns)) {}

void Engine::enter(Part part, std::string_view name) {
  part_ = part;
  name_ = name;
  path_.clear();
  rule_ = Rule::Name;
}

// Scratch for one level of recursion.
struct Engine::Lease {
  explicit Lease(Engine& engine) : owner(engine) {
    if (owner.scans_used_ == owner.scans_.size()) owner.scans_.push_back(std::make_unique<Scan>());
    scan = owner.scans_[owner.scans_used_++].get();
  }
  ~Lease() { --owner.scans_used_; }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  Engine& owner;
  Scan* scan;
};

// Surveys the outermost body: parts of it that are bodies themselves lie in it, or are decoded and
// lie elsewhere.
struct Engine::Surveyed {
  Surveyed(Engine& engine, std::string_view text, SurveyOf of)
      : owner(engine),
        is_ours(engine.is_surveying_ && !engine.is_surveyed_ &&
                (of == SurveyOf::Values || holds_json(text))) {
    if (!is_ours) return;
    const Lease lease(owner);
    survey_text(text, of, owner.names_, owner.patterns_, *lease.scan, owner.survey_);
    owner.is_surveyed_ = true;
  }
  ~Surveyed() {
    if (!is_ours) return;
    owner.survey_.end();
    owner.is_surveyed_ = false;
  }
  Surveyed(const Surveyed&) = delete;
  Surveyed& operator=(const Surveyed&) = delete;
  [[nodiscard]] bool is_quiet() const { return is_ours && owner.survey_.is_quiet(); }
  Engine& owner;
  bool is_ours;
};

// Replacements are remembered for a text that holds many values; others hold each value once.
struct Engine::Repeated {
  static constexpr size_t kFindsMin = 16;
  Repeated(Engine& engine, std::string_view text, size_t finds)
      : owner(engine),
        outer(owner.replacements_.enter(
            finds >= kFindsMin && owner.has_shortcuts_ ? text : std::string_view())) {}
  ~Repeated() { static_cast<void>(owner.replacements_.enter(outer)); }
  Repeated(const Repeated&) = delete;
  Repeated& operator=(const Repeated&) = delete;
  Engine& owner;
  std::string_view outer;
};

// The policy or the contract may name a place in which nothing is found.
bool Engine::binds_places() const {
  return !policy_.bound_paths().empty() ||
         (hints_ != nullptr && std::any_of(hints_->begin(), hints_->end(),
                                           [this](const Hint& hint) { return binds(hint); }));
}

// Whether a hint is about documents in the part at hand: a field or a topic may hold JSON, too, but
// no schema of a body speaks of it.
bool Engine::binds(const Hint& hint) const noexcept {
  switch (part_) {
    case Part::RecordKey:
      return hint.in == Hint::In::Key;
    case Part::Body:
    case Part::RecordValue:
      return hint.in == Hint::In::Body;
    case Part::Text:
      return hint.in == Hint::In::Body && name_.empty();
    case Part::Method:
    case Part::Target:
    case Part::Version:
    case Part::Field:
    case Part::Trailer:
    case Part::RecordHeader:
      return false;
  }
  return false;
}

// The key or the value of a record, which need not be JSON; a body may be many values, in lines or
// events.
bool Engine::is_one_value() const noexcept {
  return part_ == Part::RecordKey || part_ == Part::RecordValue;
}

// What the contract says of values as a whole in the part at hand.
NameKind Engine::hinted_whole() const noexcept {
  if (hints_ == nullptr) return NameKind::None;
  NameKind kind = NameKind::None;
  for (const Hint& hint : *hints_) {
    const bool is_whole = binds(hint) && hint.pointer.empty();
    if (is_whole && kind != NameKind::Secret) kind = hint.kind;
  }
  return kind;
}

// Every edit is made here: what the policy says about the place, what the audit is told of it.
void Engine::push(std::string_view part, uint32_t at, ClassId id, std::string shape, Edits& out,
                  Slot slot) {
  const bool is_tag = class_info(id).op == DefaultOperator::Hmac;
  Origin origin{rule_, is_tag ? Operator::Hmac : Operator::Shape, PlaceBook::kElsewhere};
  if (!policy_.rows().empty()) {
    const Operand operand{id, slot, part, subject_};
    if (is_operated(policy_, operand)) return;
    const auto choice = policy_.choose(id, {part_, name_, &path_, rule_});
    if (choice.row != SIZE_MAX) {
      ++row_counts_[choice.row];
      origin.op = choice.op;
    }
    // Keys of records decide where a record lies and which one replaces which, names of members
    // which values are there at all.
    const bool joins = choice.op == Operator::Shape || choice.op == Operator::Keep;
    const bool must_join = part_ == Part::RecordKey || is_in_name_;
    const Operator op = must_join && !joins ? Operator::Hmac : choice.op;
    if (op != choice.op) origin.op = op;
    auto replaced = operate(op, operand, std::move(shape), surrogates_);
    if (!replaced) ++kept_[static_cast<size_t>(id)];
    if (!replaced || *replaced == part) return;
    shape = std::move(*replaced);
  }
  origin.place = places_.number(part_, name_, path_);
  if (observer_ != nullptr) observer_->replaced(id, part);
  out.push_back({at, at + narrow32(part.size()), id, std::move(shape), origin});
}

void Engine::edit_document(std::string_view text, Edits& out) {
  const size_t first = out.size();
  if (const NameKind whole = hinted_whole(); decides(whole) && is_one_value()) {
    // What is JSON keeps its types.
    if (!edit_json(text, 0, out)) {
      const Because because(*this, Rule::Contract);
      edit_named(whole, text, 0, out);
    }
    settle(out, first);
    return;
  }
  if (looks_like_xml(text) && edit_xml(text, 0, out)) {
    settle(out, first);
    return;
  }
  bool is_json = looks_like_json(text);
  if (is_json && (text.size() <= kWalkedBytes || known_tree(text) != nullptr)) {
    const Surveyed surveyed(*this, text, SurveyOf::Values);
    if (edit_json(text, 0, out)) {
      settle(out, first);
      return;
    }
    is_json = false;
  }
  const Surveyed surveyed(*this, text, SurveyOf::NamesAndValues);
  if (surveyed.is_quiet() && !binds_places()) return;
  if (is_json && edit_json(text, 0, out)) {
    settle(out, first);
    return;
  }
  // Lines are scanned again as a whole: an edit may have changed where a line begins.
  is_stabilising_ = true;
  edit_lines(text, out);
  is_stabilising_ = false;
  stabilise(text, first, out,
            [this](std::string_view result, Edits& more) { edit_lines(result, more); });
}

void Engine::edit_lines(std::string_view text, Edits& out) {
  size_t plain = 0;  // where the part that is not JSON begins
  const bool takes_scalars = decides(hinted_whole());
  const auto flush = [&](size_t end) {
    const std::string_view part = text.substr(plain, end - plain);
    if (survey_.is_cold(part)) return;
    const size_t first = out.size();
    edit_plain(part, 0, out);
    shift(out, first, narrow32(plain));
  };
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    const size_t json = json_begin(line, takes_scalars);
    const size_t first = out.size();
    if (json != std::string_view::npos && edit_json(line.substr(json), 0, out)) {
      shift(out, first, narrow32(begin + json));
      flush(begin + json);
      plain = end;
    }
    begin = end + 1;
  }
  flush(text.size());
}

// A string that the survey has seen as it is: it holds no escape and is no document of its own.
bool Engine::is_cold(json::Value value) const {
  const SourceSpan span = value.span();
  const std::string_view text = json_source_.substr(span.offset + 1, span.length - 2);
  return survey_.is_cold(text) &&
         (!may_be_document(text) || (!looks_like_json(text) && !looks_like_xml(text)));
}

void Engine::edit_value(std::string_view text, unsigned depth, Edits& out) {
  if (text.size() < kValueMin) return;
  if (depth < kDepthMax && looks_like_json(text) && edit_json(text, depth + 1, out)) return;
  if (depth < kDepthMax && looks_like_xml(text) && edit_xml(text, depth + 1, out)) return;
  edit_plain(text, depth, out);
}

void Engine::edit_plain(std::string_view text, unsigned depth, Edits& out) {
  const size_t first = out.size();
  edit_plain_once(text, depth, out);
  stabilise(text, first, out, [this, depth](std::string_view result, Edits& more) {
    edit_plain_once(result, depth, more);
  });
}

// One surrogate and nothing beside it: in that nothing is found, unless the configuration names
// texts of its own or what is put in the place of a value.
bool Engine::is_at_rest(std::string_view text, const Edits& settled) const {
  if (settled.size() != 1 || !has_shortcuts_) return false;
  const Edit& edit = settled.front();
  return edit.begin == 0 && edit.end == text.size() && policy_.rows().empty() &&
         patterns_.literals().empty() && Surrogates::is_fixed(edit.text);
}

// A surrogate may be the missing part of something else: what was `Bearer` and a word is now
// `Bearer` and a token. So what was changed is scanned again until nothing is found in it. The
// outermost call does it for all below.
void Engine::stabilise(std::string_view text, size_t first, Edits& out, const ScanOnce& scan) {
  if (out.size() == first || is_stabilising_) return;
  is_stabilising_ = true;
  Edits own(std::make_move_iterator(out.begin() + static_cast<ptrdiff_t>(first)),
            std::make_move_iterator(out.end()));
  out.resize(first);
  settle(own);
  bool stable = is_at_rest(text, own);
  for (unsigned round = 0; round < kRoundsMax && !stable; ++round) {
    Edits more;
    scan(apply_edits(text, own), more);
    settle(more);
    stable = more.empty();
    if (more.size() > kRoundEditsMax) break;
    for (size_t i = more.size(); i-- > 0;) compose(own, more[i]);
  }
  if (!stable) {
    const ClassId id = own.front().class_id;
    Origin origin = own.front().origin;
    origin.rule = Rule::Unsettled;
    own.assign(1, {0, narrow32(text.size()), id, surrogates_.tag(id, text), origin});
  }
  is_stabilising_ = false;
  out.insert(out.end(), std::make_move_iterator(own.begin()), std::make_move_iterator(own.end()));
}

void Engine::edit_plain_once(std::string_view text, unsigned depth, Edits& out) {
  if (text.size() < kValueMin) return;
  const Lease lease(*this);
  Scan& scan = *lease.scan;
  scan_text(text, names_, patterns_, scan);
  const Repeated repeated(*this, text, scan.finds.size());
  const bool decodes = depth < kDepthMax;
  if (decodes && (scan.has_percent || scan.has_backslash)) {
    edit_escaped(text, scan, depth + 1, out);
    return;
  }
  for (const auto& find : scan.finds) edit_find(text, find, out);
  if (decodes) edit_runs(text, scan, depth + 1, out);
}

void Engine::edit_runs(std::string_view text, const Scan& scan, unsigned depth, Edits& out) {
  for (const auto& range : scan.runs) {
    const auto part = find_encoded(text, range);
    if (!part) continue;
    Edits inner;
    edit_value(part->run.decoded, depth, inner);
    if (inner.empty()) continue;
    settle(inner);
    // The edits inside were judged and counted there.
    const Edit& first = inner.front();
    out.push_back({narrow32(part->begin), narrow32(part->begin + part->run.length), first.class_id,
                   encode_run(part->run, apply_edits(part->run.decoded, inner)), first.origin});
  }
}

void Engine::edit_find(std::string_view text, const Find& find, Edits& out) {
  const std::string_view value = text.substr(find.range.begin, find.range.size());
  const uint32_t at = narrow32(find.range.begin);
  const Because because(*this, find.kind == NameKind::None ? Rule::Form : Rule::Name);
  if (find.kind != NameKind::None) {
    edit_named(find.kind, value, at, out);
    return;
  }
  const Replacement& made = replacements_.of(value, find.class_id, false,
                                             [&] { return replace_form(find.class_id, value); });
  if (!made.stays) push(value, at, made.class_id, made.shape, out);
}

Replacement Engine::replace_form(ClassId id, std::string_view value) {
  if (surrogates_.is_surrogate(value)) return {.stays = true};
  if (id == ClassId::BearerAuth && class_of_whole(value) == ClassId::Jwt) id = ClassId::Jwt;
  if (id == ClassId::Email && is_our_address(value)) return {.stays = true};
  return {false, id, surrogates_.for_value(id, value)};
}

void Engine::edit_opaque(ClassId id, std::string_view value, Edits& out) {
  if (value.empty() || surrogates_.is_surrogate(value)) return;
  const Because because(*this, Rule::Binary);
  push(value, 0, id, surrogates_.tag(id, value), out);
}

std::optional<ClassId> Engine::class_of_whole(std::string_view value) {
  const Lease lease(*this);
  scan_text(value, names_, patterns_, *lease.scan);
  for (const auto& find : lease.scan->finds) {
    const bool whole = find.range.begin == 0 && find.range.end == value.size();
    if (whole && find.kind == NameKind::None && find.class_id != ClassId::BearerAuth) {
      return find.class_id;
    }
  }
  return std::nullopt;
}

void Engine::edit_secret(ClassId id, std::string_view value, uint32_t at, Edits& out) {
  const Replacement& made =
      replacements_.of(value, id, true, [&] { return replace_named(id, value); });
  if (!made.stays) push(value, at, made.class_id, made.shape, out);
}

Replacement Engine::replace_named(ClassId id, std::string_view value) {
  if (value.empty() || surrogates_.is_surrogate(value)) return {.stays = true};
  // A value that has a form of its own gets the surrogate of the form: an address found by its
  // name joins with the same address found in a text.
  if (const auto own = class_of_whole(value)) {
    return {false, *own, surrogates_.for_value(*own, value)};
  }
  return {false, id, surrogates_.for_named(id, value)};
}

void Engine::edit_named(NameKind kind, std::string_view value, uint32_t at, Edits& out) {
  switch (kind) {
    case NameKind::Auth:
      edit_auth(value, at, out);
      return;
    case NameKind::Cookie:
      edit_cookies(value, at, out);
      return;
    case NameKind::SetCookie:
      edit_set_cookie(value, at, out);
      return;
    case NameKind::ClientIpHeader:
      edit_addresses(value, at, out);
      return;
    case NameKind::ApiKeyHeader:
      edit_secret(ClassId::ApiKeyHeader, value, at, out);
      return;
    case NameKind::SignatureHeader:
      edit_secret(ClassId::SignatureHeader, value, at, out);
      return;
    case NameKind::ClientCert:
      edit_secret(ClassId::ClientCert, value, at, out);
      return;
    case NameKind::Secret:
      edit_secret(ClassId::KeySecret, value, at, out);
      return;
    case NameKind::Pii:
      edit_secret(ClassId::KeyPii, value, at, out);
      return;
    case NameKind::None:
    case NameKind::PairName:
    case NameKind::PairValue:
    case NameKind::Url:
      return;
  }
}

void Engine::edit_named_text(std::string_view name, std::string_view value, Edits& out) {
  const size_t first = out.size();
  const NameKind kind = names_.find(name).kind;
  if (!decides(kind)) {
    edit_document(value, out);
    return;
  }
  auto document = json::Document::parse(value);
  const Because because(*this, Rule::Name);
  if (document && !document->root().is_null()) {
    const std::string_view outer = std::exchange(json_source_, value);
    walk(document->root(), kind, 0, out);
    json_source_ = outer;
  } else if (!document) {
    edit_named(kind, value, 0, out);
  }
  settle(out, first);
}

}  // namespace faultline::redaction

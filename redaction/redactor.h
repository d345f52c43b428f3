// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/hash.h"
#include "proxy/base/message_view.h"
#include "proxy/base/result.h"
#include "redaction/audit/tally.h"
#include "redaction/classes.h"
#include "redaction/observer.h"
#include "redaction/origin.h"
#include "redaction/policy/hints.h"
#include "redaction/policy/operators.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::json {
class Document;
}

namespace faultline::redaction {

class Redactor;

/// Text that went through the Redactor. Only it can make one from traffic: what is written to a
/// run folder takes this type, so nothing unredacted can reach a disk.
class RedactedText {
 public:
  RedactedText() = default;
  [[nodiscard]] const std::string& view() const noexcept { return text_; }

 private:
  friend class Redactor;
  explicit RedactedText(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// What became of a body.
enum class BodyOutcome : uint8_t {
  Kept,     // scanned; `body` is safe
  Empty,    // there was none
  Dropped,  // in doubt (undecodable, compressed, over the cap, not text): `body` is empty and
            // `drop_reason` says why. Fail closed.
};

/// Detections by class: how often each was replaced. Never a value.
using Hits = std::map<std::string, uint64_t, std::less<>>;
/// The same, as it is counted: each class at most once.
using ClassCounts = std::vector<std::pair<ClassId, uint64_t>>;
[[nodiscard]] Hits named(const ClassCounts& counts);

/// One replacement, for people who ask why.
struct Mark {
  std::string_view class_id;  // static
  Rule rule = Rule::Form;
  Operator op = Operator::Shape;
  Place place;
  uint32_t offset = 0;  // in the text of its place, before the replacement
};

/// A message with everything personal or secret replaced. Only a Redactor makes one.
class RedactedMessage {
 public:
  struct Field {
    std::string name;
    std::string value;
  };
  [[nodiscard]] Direction direction() const noexcept { return direction_; }
  [[nodiscard]] const std::string& method() const noexcept { return method_; }
  [[nodiscard]] const std::string& target() const noexcept { return target_; }
  [[nodiscard]] int status() const noexcept { return status_; }
  [[nodiscard]] const std::string& version() const noexcept { return version_; }
  [[nodiscard]] const std::vector<Field>& fields() const noexcept { return fields_; }
  [[nodiscard]] const std::vector<Field>& trailers() const noexcept { return trailers_; }
  [[nodiscard]] const std::string& body() const noexcept { return body_; }
  [[nodiscard]] BodyOutcome body_outcome() const noexcept { return body_outcome_; }
  /// Bytes [begin, end) of the body that was read, which became as many as `size`.
  struct Replaced {
    uint32_t begin;
    uint32_t end;
    uint32_t size;
  };
  /// In order; between them the body is as it was. As redact() made it: fit() is not in here.
  [[nodiscard]] const std::vector<Replaced>& body_replaced() const noexcept {
    return body_replaced_;
  }
  [[nodiscard]] const std::string& drop_reason() const noexcept { return drop_reason_; }
  [[nodiscard]] uint64_t original_body_bytes() const noexcept { return original_body_bytes_; }
  [[nodiscard]] BodyState body_state() const noexcept { return body_state_; }
  /// True when something was replaced.
  [[nodiscard]] bool has_hits() const noexcept { return !hits_.empty(); }
  [[nodiscard]] Hits hits() const { return named(hits_); }
  /// The content codings that were undone, as the field said: the body is kept decoded, and the
  /// field is left out. Empty for none.
  [[nodiscard]] const std::string& decoded_from() const noexcept { return decoded_from_; }

  /// Borrows this message: what an engine that checks messages reads.
  [[nodiscard]] MessageView view() const;

 private:
  friend class Redactor;
  RedactedMessage() = default;
  Direction direction_ = Direction::Request;
  std::string method_;
  std::string target_;
  int status_ = 0;
  std::string version_;
  std::vector<Field> fields_;
  std::vector<Field> trailers_;
  std::string body_;
  std::vector<Replaced> body_replaced_;
  BodyOutcome body_outcome_ = BodyOutcome::Empty;
  std::string drop_reason_;
  uint64_t original_body_bytes_ = 0;
  BodyState body_state_ = BodyState::Complete;
  ClassCounts hits_;
  std::string decoded_from_;
};

/// A value of a contract for a place of a JSON body.
struct Fit {
  std::string pointer;
  std::string json;
};

/// One Kafka record as the wire carries it. Borrowed.
struct RecordView {
  std::string_view topic;
  std::optional<std::string_view> key;
  std::vector<FieldView> headers;
  std::optional<std::string_view> value;
};

/// A record with everything personal or secret replaced. Keys keep telling records apart: of the
/// operators only shape, hmac and keep apply to them.
class RedactedRecord {
 public:
  [[nodiscard]] const std::string& topic() const noexcept { return topic_; }
  [[nodiscard]] const std::optional<std::string>& key() const noexcept { return key_; }
  [[nodiscard]] const std::vector<RedactedMessage::Field>& headers() const noexcept {
    return headers_;
  }
  [[nodiscard]] const std::optional<std::string>& value() const noexcept { return value_; }
  /// Why the value was left out, or nothing.
  [[nodiscard]] const std::string& drop_reason() const noexcept { return drop_reason_; }

 private:
  friend class Redactor;
  RedactedRecord() = default;
  std::string topic_;
  std::optional<std::string> key_;
  std::vector<RedactedMessage::Field> headers_;
  std::optional<std::string> value_;
  std::string drop_reason_;
};

/// Which packs are on, and what is put where. `default` must be on; `opt-in` adds the classes of
/// tier OptIn, which hit more than they should in most traffic.
struct Policy {
  std::vector<std::string> packs{"default"};
  std::vector<OperatorRule> operators{};
  /// Values that must not be seen wherever they stand (`known.value`) and words in any case
  /// (`custom.dictionary`); LiteralSet says how long they must be.
  std::vector<std::string> known{};
  std::vector<std::string> dictionary{};
};

/// How a text that is no message is to be read.
enum class TextFormat : uint8_t {
  Auto,  // JSON, XML, lines of JSON, event streams; else plain text
  Har,   // JSON whose bodies have media types of their own
  Form,  // application/x-www-form-urlencoded
  Graphql,
};

/// Replaces personal data and secrets: structure first (header, query, form and JSON names),
/// then values anywhere (tokens, e-mail, cards, IBAN, keys). Replacements come from a closed
/// surrogate space (reserved names and ranges), keep the type, and are the same for the same
/// value within one run (keyed with a key that is made for the run and never written).
///
/// One per analysis thread (RE2 objects contend). Methods are not thread-safe. Nothing here fails:
/// in doubt the content is dropped.
class Redactor {
 public:
  /// InvalidArgument names an unknown pack, the row of the policy that is wrong, or the position of
  /// a literal that is too short. Borrows
  /// `crypto` and `observer`, which may be null.
  [[nodiscard]] static Result<std::unique_ptr<Redactor>> create(const Policy& policy,
                                                                const Crypto& crypto,
                                                                std::string_view key,
                                                                Observer* observer = nullptr);
  ~Redactor();
  Redactor(const Redactor&) = delete;
  Redactor& operator=(const Redactor&) = delete;

  /// `body`: the tree of `message.body`, as Document::parse() gives it, for a caller that has it
  /// already; null: it is parsed here.
  [[nodiscard]] RedactedMessage redact(const MessageView& message, const Hints& hints = {},
                                       const json::Document* body = nullptr);
  [[nodiscard]] RedactedRecord redact(const RecordView& record, const Hints& hints = {});

  /// A SASL payload (RFC 4422): every mechanism's is a credential, so it goes as a whole.
  [[nodiscard]] RedactedText redact_sasl(std::string_view payload);

  /// Free text (an event's field, an error): every value class, no structure.
  [[nodiscard]] RedactedText redact_text(std::string_view text);

  /// A file or a body on its own. Hints about bodies bind in it, or in each of its lines of JSON.
  [[nodiscard]] RedactedText redact_document(std::string_view text, TextFormat format,
                                             const Hints& hints = {});
  /// What redact_document() replaces, in order.
  [[nodiscard]] std::vector<Mark> explain(std::string_view text, TextFormat format,
                                          const Hints& hints = {});
  /// What redact() replaces, in the order of the parts.
  [[nodiscard]] std::vector<Mark> explain(const MessageView& message, const Hints& hints = {});

  /// A single value whose name is known (the member name of a JSON value, a parameter's name).
  [[nodiscard]] RedactedText redact_value(std::string_view name, std::string_view value);

  /// Puts values of a contract, which are nobody's, where surrogates do not fit it. Only what the
  /// redactor replaced is touched: a place that holds no surrogate stays.
  static void fit(RedactedMessage& message, const std::vector<Fit>& fits);

  /// Text that by construction holds no traffic (ids, constants of this project, contract
  /// texts). The call says who vouches: keep these greppable and few.
  [[nodiscard]] static RedactedText vouch(std::string text);

  /// Totals of all calls.
  [[nodiscard]] Hits totals() const;

  /// The same by place, rule and operator, with what never happened: what an audit says.
  [[nodiscard]] Tally tally() const;

  struct Impl;

 private:
  explicit Redactor(std::unique_ptr<Impl> impl);
  void redact_body(const MessageView& message, RedactedMessage& out);
  std::unique_ptr<Impl> impl_;
};

}  // namespace faultline::redaction

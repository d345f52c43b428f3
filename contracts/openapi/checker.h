// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/engine.h"
#include "contracts/json_schema/evaluator.h"
#include "contracts/openapi/model.h"
#include "contracts/openapi/multipart.h"
#include "contracts/openapi/operation_coverage.h"
#include "contracts/openapi/parameter_value.h"
#include "proxy/base/inline_list.h"
#include "proxy/base/message_view.h"
#include "proxy/base/uri.h"
#include "proxy/json/parser.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::contracts::openapi {

/// What a finding shows of the value at most.
inline constexpr size_t kRawValueBytes = 256;

/// What a message says for one parameter, each time it does.
using Occurrences = InlineList<std::string_view, 4>;

/// What the text of a parameter may stand for.
enum class Shape : uint8_t { Scalar, List, Object };

/// Checks one message against one model. Made for one call of run().
class Checker {
 public:
  /// The context lends its memory, `marks` learn what the message shows, `result`, which is empty,
  /// what is found. Borrows all.
  Checker(const Model& model, const MessageView& message, CheckContext& context,
          const CoverageMarks& marks, CheckResult& result);
  void run();

  /// The schema of the JSON body of this half; none when the contract has none for it.
  [[nodiscard]] SchemaId body_schema();

 private:
  /// What a finding is about, before it is known what is wrong.
  struct Subject {
    Location location = Location::Body;
    std::string_view name = {};  // of the parameter or header; in bodies a pointer
    const Place* place = nullptr;
    std::string_view name_template = {};  // where it differs
  };

  // checker.cc: which operation, and how findings are made.
  bool locate();
  [[nodiscard]] bool is_preflight() const;
  void report_undocumented();
  [[nodiscard]] std::string undocumented_hint() const;
  [[nodiscard]] std::string other_method_hint() const;
  void finish();
  Violation& add(const Subject& subject, std::string_view keyword, FindingClass kind,
                 Severity severity);
  void add_schema_errors(json_schema::Report& report, const SchemaUse& use, const Subject& subject,
                         std::string_view text);
  /// Judges a value; `text` is what its spans point into.
  void check_value(json::Value value, const SchemaUse& use, const Subject& subject,
                   std::string_view text);
  /// Marks what it shows, and says whether it holds. Of what has no schema everything holds.
  [[nodiscard]] json_schema::Judgement judge(json::Value value, const SchemaUse& use);
  /// The same for a whole body; notes what is read of it, if somebody asks.
  [[nodiscard]] json_schema::Judgement judge_body(json::Value body, const SchemaUse& use);
  /// Says why it does not hold.
  void report_value(json::Value value, const SchemaUse& use, const Subject& subject,
                    std::string_view text);
  void skip(const std::string& reason);
  [[nodiscard]] bool is_full() const noexcept;
  [[nodiscard]] static ContractPlace place_at(const SourceFilePtr& file, SourceSpan span,
                                              std::string pointer, std::string resolved);
  [[nodiscard]] ContractPlace place_of(const Place& place) const;

  // check_parameters.cc
  void check_request();
  void check_parameter(const Parameter& parameter, const Pairs& pairs);
  void check_path(const Parameter& parameter);
  void check_pairs(const Parameter& parameter, const Pairs& pairs);
  void check_deep_object(const Parameter& parameter, const Pairs& pairs);
  /// Whether a security scheme of the contract calls a pair of a query so.
  [[nodiscard]] bool is_credential(std::string_view name) const noexcept;
  void check_spread_object(const Parameter& parameter, const Pairs& pairs);
  [[nodiscard]] bool is_of_another(const Pair& pair, const Parameter& object) const;
  void check_query_string(const Parameter& parameter, const Pairs& pairs);
  void check_header(const Parameter& parameter, std::span<const FieldView> fields);
  void check_repeated_header(const Parameter& parameter, std::span<const FieldView> fields);
  void check_texts(const Parameter& parameter, std::span<const std::string_view> raw);
  void check_other_texts(const Parameter& parameter, std::span<const std::string_view> raw);
  void check_scalar(const Parameter& parameter, std::string_view raw);
  void check_written_scalar(const Parameter& parameter, std::string_view raw);
  [[nodiscard]] bool is_spelled_out(const Parameter& parameter) const noexcept;
  void check_content_text(const Parameter& parameter, std::string_view raw);
  [[nodiscard]] std::optional<json::Document> read_shape(const Parameter& parameter,
                                                         std::span<const std::string_view> raw,
                                                         Shape shape) const;
  void check_parameter_value(const Parameter& parameter, json::Value value, std::string_view text);
  void report_parameter(const Parameter& parameter, json::Value value, std::string_view text);
  void check_undocumented_query(const Pairs& pairs);
  void report_missing(const Parameter& parameter);
  void report_style(const Parameter& parameter, std::string_view raw);

  // check_security.cc
  void check_security(const Pairs& query);
  [[nodiscard]] bool is_presented(const Credential& credential, const Pairs& query) const;

  // check_response.cc
  void check_response();
  void check_status();
  [[nodiscard]] const Response* find_response() const;
  [[nodiscard]] bool response_has_no_body() const noexcept;

  // check_bodies.cc: which media type, and bodies of JSON and text.
  void check_request_body();
  void check_content(const std::vector<MediaType>& content, const Place& place);
  void check_body(const MediaType& type, const MediaRange& range, BodyKind kind,
                  const Place& place);
  [[nodiscard]] std::optional<MediaRange> media_type() const;
  [[nodiscard]] const MediaType* same_media_type(
      const std::vector<MediaType>& content) const noexcept;
  [[nodiscard]] const MediaType* choose_media_type(const std::vector<MediaType>& content,
                                                   const std::optional<MediaRange>& actual,
                                                   const Place& place);
  [[nodiscard]] bool asks_nothing(const MediaType& type, BodyKind kind) const noexcept;
  [[nodiscard]] bool can_read_body(BodyKind kind, const Place& place);
  [[nodiscard]] bool can_read_front(BodyKind kind);
  [[nodiscard]] bool decode_codings(const Place& place);
  void report_syntax(const Subject& subject, std::string_view content, const std::string& error,
                     std::string_view text);
  void check_json(const MediaType& type, const Place& place);
  void check_text(const MediaType& type, const Place& place);
  void check_duplicates(const json::Document& document);
  void check_surrogates(const json::Document& document);
  void check_undocumented_members(json::Value value, const SchemaUse& use, const Subject& subject,
                                  std::string_view text);

  // check_forms.cc
  void check_form(const MediaType& type, const Place& place);
  [[nodiscard]] bool append_styled(json::TreeBuilder& builder, const Parameter& style,
                                   const std::vector<std::string_view>& raw, SchemaId schema) const;
  void append_json(json::TreeBuilder& builder, std::string_view text, const std::string& pointer,
                   const Place& place);
  /// A text in place of a member that nobody here can read: what its schema says of it is no
  /// finding.
  void append_unread(json::TreeBuilder& builder, std::string_view name, std::string_view text,
                     const std::string& reason);
  /// Judges what the fields or parts came to.
  void check_members(json::Value form, const SchemaUse& use, const Place& place);

  // check_multipart.cc
  void check_multipart(const MediaType& type, const MediaRange& range, const Place& place);
  void check_part_fields(const MediaType& type, const std::vector<Part>& parts);
  void check_part_heads(const MediaType& type, const std::vector<Part>& parts, const Place& place);
  void append_part(json::TreeBuilder& builder, const MediaType& type, const Part& part,
                   SchemaId schema, const Place& place);
  void append_parts(json::TreeBuilder& builder, const MediaType& type,
                    const std::vector<const Part*>& parts, const Place& place);

  // check_streams.cc
  void check_items(const MediaType& type, BodyKind kind, const Place& place);
  void check_item(const MediaType& type, const SchemaUse& use, std::string_view text, size_t index,
                  bool is_event, const Place& place);
  void check_item_value(json::Value item, const SchemaUse& use, const Subject& subject,
                        std::string_view text);
  void check_event_data(const MediaType& type, json::Value event, size_t index, const Place& place);
  void check_whole_stream(const MediaType& type, const std::string& list, const Place& place);

  const Model& model_;
  const MessageView& message_;
  CheckContext::Body& memory_;
  LastRequest& last_request_;
  const CoverageMarks& marks_;
  TextReader reader_;
  const Route* route_ = nullptr;
  const Operation* operation_ = nullptr;
  const Response* response_ = nullptr;  // of a response, once it is found
  // Of a request, and of a response whose request was not the last one:
  TargetParts target_;
  bool is_target_encoded_ = true;  // the target holds a percent sign or a plus
  Router::Match match_;
  size_t documented_pairs_ = 0;      // of the query, that bear the name of a parameter
  std::string_view body_;            // without content codings
  bool is_cut_ = false;              // it is only the front of a stream
  std::string decoded_;              // what `body_` then points to
  std::vector<std::string> unread_;  // pointers of members of a form, see append_unread()
  CheckResult& result_;
};

}  // namespace faultline::contracts::openapi

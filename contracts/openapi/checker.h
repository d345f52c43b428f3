// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "contracts/engine.h"
#include "contracts/json_schema/evaluator.h"
#include "contracts/openapi/model.h"
#include "contracts/openapi/parameter_value.h"
#include "proxy/base/message_view.h"
#include "proxy/base/uri.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::contracts::openapi {

/// Checks one message against one model. Made for one call of run().
class Checker {
 public:
  Checker(const Model& model, const MessageView& message);
  [[nodiscard]] CheckResult run();

  /// The schema of the JSON body of this half; none when the contract has none for it.
  [[nodiscard]] SchemaId body_schema();

 private:
  /// What a finding is about, before it is known what is wrong.
  struct Subject {
    Location location = Location::Body;
    std::string_view name = {};  // of the parameter or header
    const Place* place = nullptr;
  };

  // checker.cc: which operation, and how findings are made.
  bool locate();
  void report_undocumented();
  [[nodiscard]] std::string undocumented_hint() const;
  void finish();
  Violation& add(const Subject& subject, std::string_view keyword, FindingClass kind,
                 Severity severity);
  void add_schema_errors(json_schema::Report& report, const SchemaUse& use, const Subject& subject,
                         std::string_view text);
  void skip(const std::string& reason);
  [[nodiscard]] ContractPlace place_at(SourceSpan span, std::string pointer,
                                       std::string resolved) const;
  [[nodiscard]] ContractPlace place_of(const Place& place) const;

  // check_parameters.cc
  void check_request();
  void check_parameter(const Parameter& parameter, const std::vector<Pair>& pairs);
  void check_path(const Parameter& parameter);
  void check_query(const Parameter& parameter, const std::vector<Pair>& pairs);
  void check_header(const Parameter& parameter);
  void check_texts(const Parameter& parameter, const std::vector<std::string_view>& raw);
  void check_form_object(const Parameter& parameter, const std::vector<Pair>& pairs);
  void check_document(const Parameter& parameter, const json::Document& document,
                      std::string_view text);
  void check_undocumented_query(const std::vector<Pair>& pairs);
  void report_missing(const Parameter& parameter);
  [[nodiscard]] std::string decode(const Parameter& parameter, std::string_view raw) const;

  // check_bodies.cc
  void check_request_body();
  void check_response();
  void check_status();
  [[nodiscard]] const Response* find_response() const;
  [[nodiscard]] bool response_has_no_body() const noexcept;
  void check_content(const std::vector<MediaType>& content, const Place& place);
  [[nodiscard]] std::optional<MediaRange> media_type() const;
  [[nodiscard]] const MediaType* choose_media_type(const std::vector<MediaType>& content,
                                                   const std::optional<MediaRange>& actual,
                                                   const Place& place);
  [[nodiscard]] bool can_read_body();
  void check_json(const MediaType& type, const Place& place);
  void check_form(const MediaType& type, const Place& place);
  void check_duplicates(const json::Document& document);
  void check_undocumented_members(const json::Document& document, const SchemaUse& use,
                                  const Place& place);

  const Model& model_;
  const MessageView& message_;
  TargetParts target_;
  TextReader reader_;
  const Route* route_ = nullptr;
  const Operation* operation_ = nullptr;
  std::vector<std::string_view> path_values_;
  CheckResult result_;
};

}  // namespace faultline::contracts::openapi

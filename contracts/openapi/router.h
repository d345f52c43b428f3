// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "proxy/base/inline_list.h"
#include "proxy/base/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::contracts::openapi {

/// Raw values of the parameters of a path, in their order.
using PathValues = InlineList<std::string_view, 4>;

/// One segment of a path template: texts and parameters by turns. `{id}` is one parameter,
/// `report-{day}.csv` three parts, `pets` one text.
struct Segment {
  struct Part {
    bool is_parameter = false;
    std::string text;  // percent-decoded; of a parameter its name
  };
  std::vector<Part> parts;

  [[nodiscard]] bool is_literal() const noexcept {
    return parts.empty() || (parts.size() == 1 && !parts[0].is_parameter);
  }
  [[nodiscard]] bool is_parameter() const noexcept {
    return parts.size() == 1 && parts[0].is_parameter;
  }
  /// 0 literal, 1 mixed, 2 parameter: lower wins.
  [[nodiscard]] int rank() const noexcept { return is_literal() ? 0 : is_parameter() ? 2 : 1; }
  /// The raw values of the parameters, appended; false when the segment does not fit. Parameters
  /// are never empty.
  [[nodiscard]] bool match(std::string_view raw, PathValues& values) const;
};

/// Splits "/pets/{id}" at its slashes. Fails when it does not begin with '/' or its braces do not
/// match.
[[nodiscard]] Result<std::vector<Segment>> parse_path_template(std::string_view path);

/// Whether some path fits both templates and neither is the more specific one: at one segment this
/// one is, at another that one.
[[nodiscard]] bool is_ambiguous(const std::vector<Segment>& a, const std::vector<Segment>& b);

/// Finds the path template of a request path, segment by segment from the left: literal before
/// mixed before parameter, whatever the order in the contract. Matches the raw path: an encoded
/// slash is data. A trailing slash makes another path.
class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  /// The id of the template's leaf: the same for templates that differ in parameter names only.
  uint32_t add(const std::vector<Segment>& segments);

  struct Match {
    uint32_t leaf = 0;
    PathValues values;
  };
  [[nodiscard]] std::optional<Match> find(std::string_view path) const;
  /// The same for a path of which it is known whether it holds a `%`: into `match`, which says
  /// nothing when there is none.
  [[nodiscard]] bool find(std::string_view path, bool is_encoded, Match& match) const;
  /// The first, in the same order, whose leaf is accepted: what would fit, too. At most every
  /// template is looked at.
  [[nodiscard]] std::optional<Match> find_if(std::string_view path,
                                             const std::function<bool(uint32_t)>& accepts) const;

 private:
  struct Node;
  template <typename Accepts>
  class Descent;
  std::unique_ptr<Node> root_;
  uint32_t leaves_ = 0;
};

}  // namespace faultline::contracts::openapi

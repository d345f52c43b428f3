// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/matcher.h"

#include "proxy/base/text.h"
#include "proxy/base/uri.h"
#include "rules/text_predicates.h"

#include <algorithm>
#include <bit>
#include <string>
#include <string_view>

namespace faultline::rules {
namespace {

// Methods are bits: 0..61 for those that rules name, 62 for all further ones (compared as texts),
// 63 for methods that no rule names.
constexpr size_t kOwnBits = 62;
constexpr uint64_t kSharedBit = uint64_t{1} << 62U;
constexpr uint64_t kUnknownBit = uint64_t{1} << 63U;
constexpr uint64_t kAllMethods = UINT64_MAX;

// Header names of rules are bits too, the first 64 of them: whether a request has a header is
// looked up once, however many rules ask.
constexpr size_t kHeaderBits = 64;

struct Candidate {
  uint32_t rule = 0;
  uint64_t methods = kAllMethods;
  uint64_t headers = 0;   // that must be there
  bool has_more = false;  // predicates beyond method, path and the presence of headers
};

// Rules that end at one place, the methods that any of them takes, and the headers that all need.
struct Candidates {
  std::vector<Candidate> list;
  uint64_t methods = 0;
  uint64_t headers = UINT64_MAX;

  void add(const Candidate& candidate) {
    list.push_back(candidate);
    methods |= candidate.methods;
    headers &= candidate.headers;
  }
};

struct Edge {
  std::string_view text;  // borrows the configuration
  uint32_t node = 0;
};

// Shorter texts first: most comparisons end at the length.
bool edge_less(std::string_view a, std::string_view b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

struct Node {
  std::vector<Edge> literals;  // sorted by edge_less
  uint32_t parameter = 0;      // 0: none (the root is nobody's child)
  Candidates ends;
};

bool applies_to(const RuleConfig& rule, const ListenerConfig& listener) {
  const auto& names = rule.match.listeners;
  const bool named =
      names.empty() || std::find(names.begin(), names.end(), listener.name) != names.end();
  if (!named) return false;
  return listener.protocol == Protocol::Http ? !needs_tcp(rule.fault) : !needs_http(rule);
}

}  // namespace

struct CompiledRules::Rep {
  std::shared_ptr<const Config> config;
  Protocol protocol = Protocol::Http;
  std::vector<std::string_view> methods;
  std::vector<std::string_view> headers;
  std::vector<Node> nodes{1};
  Candidates any_path;
  std::vector<bool> needs_response;  // by rule
  bool has_paths = false;

  uint64_t bit_of_named(std::string_view method) {
    const auto at = std::find(methods.begin(), methods.end(), method);
    const auto index = static_cast<size_t>(at - methods.begin());
    if (at == methods.end()) methods.push_back(method);
    return index < kOwnBits ? uint64_t{1} << index : kSharedBit;
  }

  uint64_t bit_of_header(std::string_view name) {
    const auto at = std::find(headers.begin(), headers.end(), name);
    const auto index = static_cast<size_t>(at - headers.begin());
    if (at == headers.end() && index < kHeaderBits) headers.push_back(name);
    return index < kHeaderBits ? uint64_t{1} << index : 0;
  }

  [[nodiscard]] uint64_t bit_of(std::string_view method) const noexcept {
    for (size_t i = 0; i < methods.size(); ++i) {
      if (methods[i] == method) return i < kOwnBits ? uint64_t{1} << i : kSharedBit;
    }
    return kUnknownBit;
  }

  void add(uint32_t index, const RuleConfig& rule) {
    const auto& match = rule.match;
    Candidate candidate{index};
    if (!match.methods.empty()) candidate.methods = 0;
    for (const auto& method : match.methods) candidate.methods |= bit_of_named(method);
    for (const auto& header : match.headers) candidate.headers |= bit_of_header(header.name);
    const bool asks_request_type =
        match.content_type.has_value() && acting_side(rule.fault) == Side::Request;
    candidate.has_more =
        !match.headers.empty() || !match.query.empty() || asks_request_type ||
        (candidate.methods != kAllMethods && (candidate.methods & kSharedBit) != 0);
    needs_response[index] =
        !match.statuses.empty() || (match.content_type.has_value() && !asks_request_type);
    auto& candidates = match.path ? nodes[node_for(*match.path)].ends : any_path;
    candidates.add(candidate);
    has_paths = has_paths || match.path.has_value();
  }

  uint32_t node_for(const PathTemplate& path) {
    uint32_t at = 0;
    for (const auto& segment : path.segments) at = child(at, segment);
    return at;
  }

  uint32_t child(uint32_t at, const PathSegment& segment) {
    const auto fresh = static_cast<uint32_t>(nodes.size());
    if (segment.is_parameter) {
      if (nodes[at].parameter == 0) {
        nodes[at].parameter = fresh;
        nodes.emplace_back();
      }
      return nodes[at].parameter;
    }
    auto& literals = nodes[at].literals;
    const auto place = std::lower_bound(
        literals.begin(), literals.end(), std::string_view(segment.text),
        [](const Edge& edge, std::string_view text) { return edge_less(edge.text, text); });
    if (place != literals.end() && place->text == segment.text) return place->node;
    literals.insert(place, {segment.text, fresh});
    nodes.emplace_back();
    return fresh;
  }

  struct Query {
    const RequestFacts& request;
    TargetParts target;
    uint64_t method_bit = 0;
    std::vector<uint32_t>& out;
    uint64_t headers_known = 0;  // looked up so far
    uint64_t headers_present = 0;
  };

  // True when all of `wanted` are in the request.
  [[nodiscard]] bool has_headers(uint64_t wanted, Query& query) const {
    for (uint64_t left = wanted & ~query.headers_known; left != 0; left &= left - 1) {
      const auto index = static_cast<size_t>(std::countr_zero(left));
      const uint64_t bit = uint64_t{1} << index;
      query.headers_known |= bit;
      if (query.request.fields.find(headers[index])) query.headers_present |= bit;
    }
    return (wanted & ~query.headers_present) == 0;
  }

  void collect(const Candidates& candidates, Query& query) const {
    // An empty list takes no method, so its `headers` are never asked.
    if ((candidates.methods & query.method_bit) == 0) return;
    if (candidates.headers != 0 && !has_headers(candidates.headers, query)) return;
    for (const auto& candidate : candidates.list) {
      if ((candidate.methods & query.method_bit) == 0) continue;
      if (candidate.headers != 0 && !has_headers(candidate.headers, query)) continue;
      if (candidate.has_more && !holds(config->rules[candidate.rule], query)) continue;
      query.out.push_back(candidate.rule);
    }
  }

  [[nodiscard]] static bool holds(const RuleConfig& rule, const Query& query) {
    const auto& match = rule.match;
    if (!match.methods.empty() && std::find(match.methods.begin(), match.methods.end(),
                                            query.request.method) == match.methods.end()) {
      return false;
    }
    for (const auto& header : match.headers) {
      if (!has_field(query.request.fields, header)) return false;
    }
    for (const auto& parameter : match.query) {
      if (!has_query_parameter(query.target.query, parameter)) return false;
    }
    if (match.content_type && acting_side(rule.fault) == Side::Request) {
      return has_media_type(query.request.fields, *match.content_type);
    }
    return true;
  }

  // Every node is reached by one way only, so the walk is bounded by the size of the trie; its
  // depth is that of the longest template.
  void walk(uint32_t at, std::string_view rest, Query& query) const {
    const auto& node = nodes[at];
    const size_t slash = rest.find('/');
    const auto segment = rest.substr(0, slash);
    const auto edge = std::lower_bound(
        node.literals.begin(), node.literals.end(), segment,
        [](const Edge& e, std::string_view text) { return edge_less(e.text, text); });
    if (edge != node.literals.end() && edge->text == segment) step(edge->node, rest, slash, query);
    if (node.parameter != 0 && !segment.empty()) step(node.parameter, rest, slash, query);
  }

  void step(uint32_t to, std::string_view rest, size_t slash, Query& query) const {
    if (slash == std::string_view::npos) return collect(nodes[to].ends, query);
    walk(to, rest.substr(slash + 1), query);
  }
};

CompiledRules::CompiledRules(std::shared_ptr<const Config> config, uint32_t listener) {
  auto rep = std::make_unique<Rep>();
  const auto& target = config->listeners[listener];
  rep->protocol = target.protocol;
  rep->needs_response.resize(config->rules.size());
  for (uint32_t i = 0; i < config->rules.size(); ++i) {
    if (applies_to(config->rules[i], target)) rep->add(i, config->rules[i]);
  }
  rep->config = std::move(config);
  rep_ = std::move(rep);
}

CompiledRules::~CompiledRules() = default;
CompiledRules::CompiledRules(CompiledRules&&) noexcept = default;
CompiledRules& CompiledRules::operator=(CompiledRules&&) noexcept = default;

bool CompiledRules::match_request(const RequestFacts& request, std::vector<uint32_t>& out) const {
  out.clear();
  if (rep_->protocol != Protocol::Http || empty()) return false;
  Rep::Query query{request, split_target(request.target), rep_->bit_of(request.method), out};
  rep_->collect(rep_->any_path, query);
  if (rep_->has_paths && query.target.path.front() == '/') {
    rep_->walk(0, query.target.path.substr(1), query);
  }
  if (out.size() > 1) std::sort(out.begin(), out.end());
  return !out.empty();
}

bool CompiledRules::match_connection(std::vector<uint32_t>& out) const {
  out.clear();
  if (rep_->protocol != Protocol::Tcp) return false;
  for (const auto& candidate : rep_->any_path.list) out.push_back(candidate.rule);
  return !out.empty();
}

bool CompiledRules::needs_response(uint32_t rule) const noexcept {
  return rep_->needs_response[rule];
}

bool CompiledRules::match_response(uint32_t rule, const ResponseFacts& response) const noexcept {
  if (!rep_->needs_response[rule]) return true;
  const auto& config = rep_->config->rules[rule];
  const auto& statuses = config.match.statuses;
  const bool status_holds =
      statuses.empty() || std::any_of(statuses.begin(), statuses.end(), [&](const auto& range) {
        return response.status >= range.low && response.status <= range.high;
      });
  if (!status_holds) return false;
  if (!config.match.content_type || acting_side(config.fault) == Side::Request) return true;
  return has_media_type(response.fields, *config.match.content_type);
}

bool CompiledRules::empty() const noexcept {
  return rep_->any_path.list.empty() && !rep_->has_paths;
}

}  // namespace faultline::rules

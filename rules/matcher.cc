// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/matcher.h"

#include "proxy/base/text.h"
#include "proxy/base/uri.h"
#include "rules/key_index.h"
#include "rules/path_template.h"
#include "rules/path_trie.h"
#include "rules/text_predicates.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>

namespace faultline::rules {
namespace {

// Methods are bits: 0..61 for those that rules name, 62 for all further ones (compared as texts),
// 63 for methods that no rule names.
constexpr size_t kOwnBits = 62;
constexpr uint64_t kSharedBit = uint64_t{1} << 62U;
constexpr uint64_t kUnknownBit = uint64_t{1} << 63U;

bool applies_to(const RuleConfig& rule, const ListenerConfig& listener) {
  const auto& names = rule.match.listeners;
  const bool named =
      names.empty() || std::find(names.begin(), names.end(), listener.name) != names.end();
  if (!named) return false;
  return listener.protocol == Protocol::Http ? !needs_tcp(rule.fault) : !needs_http(rule);
}

bool asks_request_type(const RuleConfig& rule) {
  return rule.match.content_type.has_value() && acting_side(rule.fault) == Side::Request;
}

// The predicates of a rule that an index can serve, the cheapest to ask first; a path is no key.
std::vector<MatchKey> keys_of(const RuleConfig& rule) {
  std::vector<MatchKey> keys;
  const auto append = [&keys](const auto& texts, auto make, bool has_value) {
    for (const auto& text : texts) {
      if (text.value.has_value() == has_value) keys.push_back(make(text));
    }
  };
  append(rule.match.headers, header_key, true);
  append(rule.match.query, query_key, true);
  if (asks_request_type(rule)) keys.push_back(media_type_key(*rule.match.content_type));
  append(rule.match.headers, header_key, false);
  append(rule.match.query, query_key, false);
  return keys;
}

}  // namespace

// Each rule stands at one place, under the predicate that the fewest rules share; what is at the
// places that a request does not have is never looked at. Only rules that ask for nothing but a
// method, or for nothing, are gone through one by one.
struct CompiledRules::Rep {
  std::shared_ptr<const Config> config;
  Protocol protocol = Protocol::Http;
  std::vector<std::string_view> methods;
  PathTrie by_path;
  KeyIndex by_key;
  Candidates others;
  std::vector<uint32_t> all;         // when every rule takes every request; else empty
  std::vector<bool> needs_response;  // by rule
  bool is_empty = true;

  uint64_t bit_of_named(std::string_view method) {
    const auto at = std::find(methods.begin(), methods.end(), method);
    const auto index = static_cast<size_t>(at - methods.begin());
    if (at == methods.end()) methods.push_back(method);
    return index < kOwnBits ? uint64_t{1} << index : kSharedBit;
  }

  [[nodiscard]] uint64_t bit_of(std::string_view method) const noexcept {
    for (size_t i = 0; i < methods.size(); ++i) {
      if (methods[i] == method) return i < kOwnBits ? uint64_t{1} << i : kSharedBit;
    }
    return kUnknownBit;
  }

  void add_all(const std::vector<uint32_t>& rules) {
    std::unordered_map<uint64_t, size_t> sharing_key;
    std::unordered_map<uint32_t, size_t> sharing_path;  // by node
    for (const uint32_t index : rules) {
      const auto& rule = config->rules[index];
      for (const auto& key : keys_of(rule)) ++sharing_key[key.hash];
      if (rule.match.path) ++sharing_path[by_path.node_for(*rule.match.path)];
    }
    for (const uint32_t index : rules) {
      const auto& rule = config->rules[index];
      const auto candidate = candidate_of(index, rule);
      const auto keys = keys_of(rule);
      const auto rarest = std::min_element(
          keys.begin(), keys.end(),
          [&](const auto& a, const auto& b) { return sharing_key[a.hash] < sharing_key[b.hash]; });
      const uint32_t node = rule.match.path ? by_path.node_for(*rule.match.path) : 0;
      if (rarest != keys.end() && (node == 0 || sharing_key[rarest->hash] < sharing_path[node])) {
        by_key.add(*rarest, candidate);
      } else if (node != 0) {
        by_path.add(node, candidate);
      } else {
        others.add(candidate);
      }
    }
    is_empty = rules.empty();
    const bool ask_nothing =
        others.list.size() == rules.size() &&
        std::all_of(others.list.begin(), others.list.end(), [](const Candidate& candidate) {
          return candidate.methods == kAllMethods && !candidate.has_more;
        });
    if (ask_nothing) all = rules;
  }

  Candidate candidate_of(uint32_t index, const RuleConfig& rule) {
    const auto& match = rule.match;
    Candidate candidate{index};
    if (!match.methods.empty()) candidate.methods = 0;
    for (const auto& method : match.methods) candidate.methods |= bit_of_named(method);
    candidate.has_more =
        !match.headers.empty() || !match.query.empty() || asks_request_type(rule) ||
        (candidate.methods != kAllMethods && (candidate.methods & kSharedBit) != 0);
    needs_response[index] =
        !match.statuses.empty() || (match.content_type.has_value() && !asks_request_type(rule));
    return candidate;
  }

  struct Query {
    const RequestFacts& request;
    TargetParts target;
    uint64_t method_bit = 0;
    std::vector<uint32_t>& out;
  };

  void collect(const Candidates& candidates, Query& query) const {
    if ((candidates.methods & query.method_bit) == 0) return;
    for (const auto& candidate : candidates.list) {
      if ((candidate.methods & query.method_bit) == 0) continue;
      if (candidate.has_more && !holds(config->rules[candidate.rule], query)) continue;
      query.out.push_back(candidate.rule);
    }
  }

  // The rules that stand under a key of theirs.
  void collect_by_key(Query& query) const {
    by_key.nominate(query.request, query.target.query, query.method_bit, query.out);
    if (query.out.empty()) return;
    std::erase_if(query.out, [&](uint32_t index) {
      const auto& rule = config->rules[index];
      return !holds(rule, query) || !takes_path(rule, query.target.path);
    });
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
    return !asks_request_type(rule) || has_media_type(query.request.fields, *match.content_type);
  }

  [[nodiscard]] static bool takes_path(const RuleConfig& rule, std::string_view path) {
    return !rule.match.path || matches_path(*rule.match.path, path);
  }
};

CompiledRules::CompiledRules(std::shared_ptr<const Config> config, uint32_t listener) {
  auto rep = std::make_unique<Rep>();
  const auto& target = config->listeners[listener];
  rep->protocol = target.protocol;
  rep->needs_response.resize(config->rules.size());
  std::vector<uint32_t> here;
  for (uint32_t i = 0; i < config->rules.size(); ++i) {
    if (applies_to(config->rules[i], target)) here.push_back(i);
  }
  rep->config = std::move(config);
  rep->add_all(here);
  rep_ = std::move(rep);
}

CompiledRules::~CompiledRules() = default;
CompiledRules::CompiledRules(CompiledRules&&) noexcept = default;
CompiledRules& CompiledRules::operator=(CompiledRules&&) noexcept = default;

bool CompiledRules::match_request(const RequestFacts& request, std::vector<uint32_t>& out) const {
  out.clear();
  if (rep_->protocol != Protocol::Http || empty()) return false;
  if (!rep_->all.empty()) {
    out = rep_->all;
    return true;
  }
  Rep::Query query{request, split_target(request.target), rep_->bit_of(request.method), out};
  rep_->collect_by_key(query);
  rep_->collect(rep_->others, query);
  rep_->by_path.find(query.target.path,
                     [&](const Candidates& ends) { rep_->collect(ends, query); });
  if (out.size() > 1) std::sort(out.begin(), out.end());
  return !out.empty();
}

bool CompiledRules::match_connection(std::vector<uint32_t>& out) const {
  out.clear();
  if (rep_->protocol != Protocol::Tcp) return false;
  for (const auto& candidate : rep_->others.list) out.push_back(candidate.rule);
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

bool CompiledRules::empty() const noexcept { return rep_->is_empty; }

}  // namespace faultline::rules

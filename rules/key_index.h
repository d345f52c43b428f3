// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#pragma once

#include "rules/candidates.h"
#include "rules/config.h"
#include "rules/facts.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace faultline::rules {

/// A predicate of a rule as a hash, and what tells early that a text cannot be it. Equal predicates
/// have equal keys; unequal ones almost never: a key nominates a rule, it proves nothing.
struct MatchKey {
  enum class Kind : uint8_t { Header, Query, MediaType };
  Kind kind = Kind::Header;
  bool has_value = false;  // header and query: a value is asked for, not presence alone
  uint64_t name = 0;       // hash of the name; of the whole type for a media type
  uint64_t hash = 0;       // of the whole key
  size_t name_size = 0;
  size_t value_size = 0;
};
[[nodiscard]] MatchKey header_key(const TextMatch& header) noexcept;
[[nodiscard]] MatchKey query_key(const TextMatch& parameter) noexcept;
[[nodiscard]] MatchKey media_type_key(std::string_view wanted) noexcept;

/// Rules by one key each, all kinds in one hash table. A request is asked by what it holds, not by
/// what the rules want: its texts are hashed once, however many rules there are, and a text too
/// long to be a key is not hashed at all. Immutable once built, and then thread-safe.
class KeyIndex {
 public:
  void add(const MatchKey& key, const Candidate& candidate);

  /// Appends the rules that take `method_bit` and whose key the request seems to have, each once,
  /// in no order. `query` is that of the request's target.
  void nominate(const RequestFacts& request, std::string_view query, uint64_t method_bit,
                std::vector<uint32_t>& out) const;

 private:
  struct Slot {
    uint64_t hash = 0;        // 0: free
    bool has_values = false;  // a name under which rules ask for values
    Candidates candidates;
  };
  struct Nominees {
    uint64_t method_bit;
    std::vector<uint32_t>& out;
    void add(const Candidates& candidates);
  };

  Slot& slot_for(uint64_t hash);
  void grow();
  [[nodiscard]] const Slot* find(uint64_t hash) const noexcept;
  void nominate_by_fields(const FieldLookup& fields, Nominees& nominees) const;
  void nominate_by_query(std::string_view query, Nominees& nominees) const;
  void nominate_by_type(const FieldLookup& fields, Nominees& nominees) const;

  std::vector<Slot> slots_;  // a power of two, at most half of them used
  size_t used_ = 0;
  uint64_t header_name_sizes_ = 0;  // a bit for each size
  size_t header_value_max_ = 0;
  size_t query_name_max_ = 0;
  size_t query_value_max_ = 0;
  bool has_query_ = false;
  bool has_media_types_ = false;
};

}  // namespace faultline::rules

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "rules/load_fault_parts.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace faultline::rules {
namespace {

LoadedFault load_drop(ObjectReader& reader) {
  LoadedFault loaded;
  DropSpec spec;
  if (const auto how = reader.choice("how")) spec.how = static_cast<DropSpec::How>(*how);
  loaded.side_is_given = true;
  if (reader.has("how")) loaded.side_span = reader.value_span("how");
  const bool holds = spec.how == DropSpec::How::BlackHole;
  spec.hold = load_hold(reader, holds, "black_hole", std::chrono::seconds(30));
  loaded.fault = spec;
  return loaded;
}

LoadedFault load_schema_drift(ObjectReader& reader) {
  LoadedFault loaded;
  SchemaDriftSpec spec;
  if (const auto mutate = reader.choice("mutate")) {
    spec.mutate = static_cast<SchemaDriftSpec::Mutate>(*mutate);
  }
  load_side(reader, spec.side, loaded);
  spec.body_max = reader.byte_size("max_body", {kBodyRange.low, kBodyRange.high})
                      .value_or(limits::kCaptureBytes);
  if (const auto any = reader.boolean("any")) spec.any = *any;
  if (!spec.any && reader.has("any") && !reader.has("pointer")) {
    reader.context().error("FL0111", reader.value_span("any"),
                           "schema_drift says not what to change", "needs 'pointer' then");
  } else if (!(reader.has("any") && !spec.any)) {
    static_cast<void>(only_one_of(reader, "schema_drift", {"pointer", "any"}));
  }
  if (const auto pointer = reader.text("pointer")) {
    if (is_pointer(pointer->text)) {
      spec.pointer = pointer->text;
    } else {
      auto& d = reader.context().error("FL0118", *pointer,
                                       fmt::format("{} is not a JSON pointer", pointer->shown()),
                                       "not a JSON pointer");
      d.help = "write /0/price; '/' in a name is ~1, '~' is ~0";
    }
  }
  loaded.fault = std::move(spec);
  return loaded;
}

struct Loader {
  std::string_view fault;
  LoadedFault (*load)(ObjectReader& reader);
};
constexpr std::array kLoaders{
    Loader{LatencySpec::kName, load_latency},
    Loader{ThrottleSpec::kName, load_throttle},
    Loader{SliceSpec::kName, load_slice},
    Loader{StallSpec::kName, load_stall},
    Loader{CutSpec::kName, load_cut},
    Loader{HalfCloseSpec::kName, load_half_close},
    Loader{LifetimeSpec::kName, load_lifetime},
    Loader{ConnectSpec::kName, load_connect},
    Loader{AbortSpec::kName, load_abort},
    Loader{DropSpec::kName, load_drop},
    Loader{SchemaDriftSpec::kName, load_schema_drift},
    Loader{EditSpec::kName, load_edit},
    Loader{TruncateSpec::kName, load_truncate},
    Loader{WithholdContinueSpec::kName, load_withhold_continue},
    Loader{DuplicateRequestSpec::kName, load_duplicate_request},
    Loader{StaleResponseSpec::kName, load_stale_response},
    Loader{SwapResponsesSpec::kName, load_swap_responses},
};

}  // namespace

std::optional<std::string_view> only_one_of(ObjectReader& reader, std::string_view object,
                                            const std::vector<std::string_view>& keys) {
  std::vector<std::string_view> present;
  for (const auto key : keys) {
    if (reader.has(key)) present.push_back(key);
  }
  if (present.size() == 1) return present.front();
  auto& context = reader.context();
  if (present.empty()) {
    auto& d = context.error("FL0111", reader.span(), fmt::format("{} says not what to do", object),
                            fmt::format("needs one of {}", joined(keys)));
    const auto* field = find_field(object, keys.front());
    if (field != nullptr && !field->example.empty()) {
      d.help = fmt::format("write {}: {{ {}: {} }}", object, field->key, field->example);
    }
    return std::nullopt;
  }
  for (size_t i = 1; i < present.size(); ++i) {
    auto& d =
        context.error("FL0110", reader.key_span(present[i]),
                      fmt::format("'{}' and '{}' exclude each other", present.front(), present[i]),
                      "a second one");
    d.secondary.push_back({reader.key_span(present.front()), "the first"});
    d.notes.push_back(fmt::format("{} has exactly one of {}", object, joined(keys)));
  }
  return std::nullopt;
}

void load_side(ObjectReader& reader, Side& side, LoadedFault& loaded) {
  const auto choice = reader.choice("side");
  if (!choice) return;
  side = static_cast<Side>(*choice);
  loaded.side_is_given = true;
  loaded.side_span = reader.value_span("side");
}

Duration load_hold(ObjectReader& reader, bool belongs, std::string_view belongs_to,
                   Duration fallback) {
  if (belongs) return reader.duration("for", kPositiveDelayRange).value_or(fallback);
  if (!reader.has("for")) return {};
  auto& d = reader.context().error("FL0110", reader.key_span("for"),
                                   fmt::format("'for' belongs to 'how: {}'", belongs_to),
                                   "nothing to wait for");
  if (reader.has("how")) d.secondary.push_back({reader.value_span("how"), "ends at once"});
  return {};
}

void set_side(FaultSpec& fault, Side side) noexcept {
  std::visit(
      [side](auto& spec) {
        if constexpr (requires { spec.side; }) spec.side = side;
        if constexpr (requires { spec.after; }) spec.after = side == Side::Response;
      },
      fault);
}

std::optional<LoadedFault> load_fault(ObjectReader& reader) {
  std::vector<std::string_view> faults;
  for (const auto& loader : kLoaders) faults.push_back(loader.fault);
  const bool has_unknown =
      reader.value_count() > 0 &&
      std::none_of(faults.begin(), faults.end(), [&reader](auto key) { return reader.has(key); });
  // A misspelt fault has been reported as an unknown key.
  if (has_unknown) return std::nullopt;
  const auto name = only_one_of(reader, "fault", faults);
  if (!name) return std::nullopt;
  auto spec = reader.object(*name);
  if (!spec) {
    reader.wrong_type(*name, *reader.value(*name));
    return std::nullopt;
  }
  if (!spec->is_object()) return std::nullopt;
  LoadedFault loaded;
  for (const auto& loader : kLoaders) {
    if (*name == loader.fault) loaded = loader.load(*spec);
  }
  if (loaded.side_span.length == 0) loaded.side_span = reader.key_span(*name);
  return loaded;
}

}  // namespace faultline::rules

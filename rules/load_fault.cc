// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/limits.h"
#include "proxy/base/text.h"
#include "proxy/base/units.h"
#include "rules/load_fault_parts.h"
#include "rules/quantiles.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace faultline::rules {
namespace {

constexpr Range<uint64_t> kBodyRange{1, 64ULL * 1024 * 1024};

void load_uniform(ObjectReader& reader, LatencySpec& spec) {
  const auto value = *reader.value("uniform");
  if (!value.is_array() || value.size() != 2) return reader.wrong_type("uniform", value);
  const auto low = reader.read_duration("uniform", *value.at(0), kDelayRange);
  const auto high = reader.read_duration("uniform", *value.at(1), kDelayRange);
  if (!low || !high) return;
  if (*low >= *high) {
    auto& d = reader.context().error("FL0107", value.span(), "'uniform' must ascend",
                                     "the second is not above the first");
    d.help = fmt::format("write uniform: {}", find_field("latency", "uniform")->example);
    return;
  }
  spec.low = *low;
  spec.high = *high;
}

void load_normal(ObjectReader& reader, LatencySpec& spec) {
  auto normal = reader.object("normal");
  if (!normal) return;
  spec.mean = normal->duration("mean", kDelayRange).value_or(Duration{});
  spec.stddev = normal->duration("stddev", kDelayRange).value_or(Duration{});
}

void load_exponential(ObjectReader& reader, LatencySpec& spec) {
  auto exponential = reader.object("exponential");
  if (!exponential) return;
  spec.mean = exponential->duration("mean", kPositiveDelayRange).value_or(Duration(1));
}

// 0.1 to 100 with at most three decimals, in thousandths.
std::optional<uint32_t> parse_shape(std::string_view text) {
  const size_t point = text.find('.');
  auto fraction =
      point == std::string_view::npos ? std::string() : std::string(text.substr(point + 1));
  if (fraction.size() > 3 || (point != std::string_view::npos && fraction.empty())) {
    return std::nullopt;
  }
  fraction.resize(3, '0');
  const auto whole = parse_u64(text.substr(0, point));
  const auto thousandths = parse_u64(fraction);
  if (!whole || !thousandths || *whole > 100) return std::nullopt;
  const uint64_t shape = *whole * 1000 + *thousandths;
  if (shape < 100 || shape > 100'000) return std::nullopt;
  return static_cast<uint32_t>(shape);
}

void load_pareto(ObjectReader& reader, LatencySpec& spec) {
  auto pareto = reader.object("pareto");
  if (!pareto) return;
  spec.scale = pareto->duration("scale", kPositiveDelayRange).value_or(Duration(1));
  spec.shape_milli = 1000;
  const auto text = pareto->text("shape");
  if (!text) return;
  if (const auto shape = parse_shape(text->text)) {
    spec.shape_milli = *shape;
    return;
  }
  auto& d = reader.context().error("FL0107", *text,
                                   fmt::format("'shape' must be 0.1 to 100, not {}", text->shown()),
                                   "out of range");
  d.notes.emplace_back("at most three decimals");
}

LoadedFault load_latency(ObjectReader& reader) {
  LoadedFault loaded;
  LatencySpec spec;
  spec.max = reader.duration("max", kPositiveDelayRange).value_or(limits::kDelayMax);
  load_side(reader, spec.side, loaded);
  using Kind = LatencySpec::Kind;
  static const std::vector<std::string_view> kKinds{"fixed", "uniform", "normal", "exponential",
                                                    "pareto"};
  const auto kind = only_one_of(reader, "latency", kKinds);
  if (kind) {
    const auto at = std::find(kKinds.begin(), kKinds.end(), *kind);
    spec.kind = static_cast<Kind>(at - kKinds.begin());
  }
  if (reader.has("jitter") && kind && spec.kind != Kind::Fixed) {
    auto& d = reader.context().error("FL0110", reader.key_span("jitter"),
                                     fmt::format("'jitter' and '{}' exclude each other", *kind),
                                     "belongs to 'fixed'");
    d.secondary.push_back({reader.key_span(*kind), "varies by itself"});
  }
  spec.jitter = reader.duration("jitter", kDelayRange).value_or(Duration{});
  if (reader.has("fixed")) spec.fixed = reader.duration("fixed", kDelayRange).value_or(Duration{});
  if (kind == "uniform") load_uniform(reader, spec);
  if (kind == "normal") load_normal(reader, spec);
  if (kind == "exponential") load_exponential(reader, spec);
  if (kind == "pareto") load_pareto(reader, spec);
  spec.quantiles = build_quantiles(spec);
  loaded.fault = std::move(spec);
  return loaded;
}

bool is_field_value(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
  });
}

void load_abort_headers(ObjectReader& reader, AbortSpec& spec) {
  auto& context = reader.context();
  NameRegister names("header");
  for (auto& [key, value] : reader.text_map("headers")) {
    if (!check_header_name(context, key.string(), key.span())) continue;
    const auto lower = to_lower(key.string());
    names.add(context, lower, key.span());
    if (lower == "content-length" || lower == "transfer-encoding" || lower == "connection") {
      context.error("FL0118", key.span(),
                    fmt::format("'{}' follows from the answer and cannot be set", lower),
                    "set by faultline");
    } else if (!is_field_value(value.text)) {
      context.error("FL0118", value,
                    fmt::format("the value of '{}' holds a control character", key.string()),
                    "not a header value");
    } else {
      spec.headers.emplace_back(key.string(), std::move(value.text));
    }
  }
}

LoadedFault load_abort(ObjectReader& reader) {
  LoadedFault loaded;
  AbortSpec spec;
  const auto status = reader.integer("status", {200, 599});
  if (status) spec.status = static_cast<int>(*status);
  load_abort_headers(reader, spec);
  if (auto body = reader.text("body")) spec.body = std::move(body->text);
  if (!spec.body.empty() && (spec.status == 204 || spec.status == 304)) {
    auto& d = reader.context().error(
        "FL0118", reader.key_span("body"),
        fmt::format("an answer with status {} has no body", spec.status), "cannot be sent");
    d.secondary.push_back({reader.value_span("status"), "this status"});
  }
  if (const auto effect = reader.choice("effect")) {
    spec.after = *effect == 1;
    loaded.side_is_given = true;
    loaded.side_span = reader.value_span("effect");
  }
  loaded.fault = std::move(spec);
  return loaded;
}

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

bool is_pointer(std::string_view text) {
  if (!text.empty() && text.front() != '/') return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '~') continue;
    if (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1')) return false;
  }
  return true;
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

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/limits.h"
#include "proxy/base/text.h"
#include "proxy/base/units.h"
#include "rules/load_parts.h"
#include "rules/quantiles.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace faultline::rules {
namespace {

constexpr Range<Duration> kDelayRange{Duration{}, limits::kDelayMax};
constexpr Range<Duration> kPositiveDelayRange{Duration(1), limits::kDelayMax};
constexpr Range<uint64_t> kBodyRange{1, 64ULL * 1024 * 1024};
constexpr uint64_t kRateMax = 1ULL << 40U;

// Fills `side` from the key of that name and notes where it stands.
void load_side(ObjectReader& reader, Side& side, LoadedFault& loaded) {
  const auto choice = reader.choice("side");
  if (!choice) return;
  side = static_cast<Side>(*choice);
  loaded.side_is_given = true;
  loaded.side_span = reader.value_span("side");
}

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
  constexpr std::array<std::string_view, 5> kKinds{"fixed", "uniform", "normal", "exponential",
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

LoadedFault load_throttle(ObjectReader& reader) {
  LoadedFault loaded;
  ThrottleSpec spec;
  spec.bytes_per_second = 1;
  load_side(reader, spec.side, loaded);
  if (const auto per = reader.choice("per")) spec.per = static_cast<ThrottleSpec::Per>(*per);
  if (const auto text = reader.text("rate")) {
    const std::string_view rate = text->text;
    const bool is_per_second = rate.size() > 2 && rate.substr(rate.size() - 2) == "/s";
    const auto bytes = parse_byte_size(is_per_second ? rate.substr(0, rate.size() - 2) : "");
    if (!bytes) {
      auto& d = reader.context().error(
          "FL0106", *text, fmt::format("{} is not a rate", text->shown()), "not a rate");
      d.help = "write 64KiB/s or 1MB/s";
    } else if (*bytes < 1 || *bytes > kRateMax) {
      reader.context().error("FL0107", *text,
                             fmt::format("'rate' must be 1B/s to {}/s, not {}",
                                         format_byte_size(kRateMax), text->shown()),
                             "out of range");
    } else {
      spec.bytes_per_second = *bytes;
    }
  }
  loaded.fault = spec;
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
  if (spec.how == DropSpec::How::BlackHole) spec.hold = std::chrono::seconds(30);
  if (!reader.has("for")) {
    loaded.fault = spec;
    return loaded;
  }
  if (spec.how == DropSpec::How::BlackHole) {
    spec.hold = reader.duration("for", kPositiveDelayRange).value_or(spec.hold);
  } else {
    auto& d = reader.context().error("FL0110", reader.key_span("for"),
                                     "'for' belongs to 'how: black_hole'", "nothing to wait for");
    if (reader.has("how")) d.secondary.push_back({reader.value_span("how"), "ends at once"});
  }
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
    static_cast<void>(
        only_one_of(reader, "schema_drift", std::array<std::string_view, 2>{"pointer", "any"}));
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

}  // namespace

void set_side(FaultSpec& fault, Side side) noexcept {
  if (auto* latency = std::get_if<LatencySpec>(&fault)) latency->side = side;
  if (auto* throttle = std::get_if<ThrottleSpec>(&fault)) throttle->side = side;
  if (auto* abort = std::get_if<AbortSpec>(&fault)) abort->after = side == Side::Response;
  if (auto* drift = std::get_if<SchemaDriftSpec>(&fault)) drift->side = side;
}

std::optional<LoadedFault> load_fault(ObjectReader& reader) {
  constexpr std::array<std::string_view, 5> kFaults{"latency", "throttle", "abort", "drop",
                                                    "schema_drift"};
  const bool has_unknown =
      reader.value_count() > 0 &&
      std::none_of(kFaults.begin(), kFaults.end(), [&reader](auto key) { return reader.has(key); });
  // A misspelt fault has been reported as an unknown key.
  if (has_unknown) return std::nullopt;
  const auto name = only_one_of(reader, "fault", kFaults);
  if (!name) return std::nullopt;
  auto spec = reader.object(*name);
  if (!spec) {
    reader.wrong_type(*name, *reader.value(*name));
    return std::nullopt;
  }
  if (!spec->is_object()) return std::nullopt;
  LoadedFault loaded;
  if (*name == "latency") loaded = load_latency(*spec);
  if (*name == "throttle") loaded = load_throttle(*spec);
  if (*name == "abort") loaded = load_abort(*spec);
  if (*name == "drop") loaded = load_drop(*spec);
  if (*name == "schema_drift") loaded = load_schema_drift(*spec);
  if (loaded.side_span.length == 0) loaded.side_span = reader.key_span(*name);
  return loaded;
}

}  // namespace faultline::rules

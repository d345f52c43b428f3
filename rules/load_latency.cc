// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "proxy/base/text.h"
#include "rules/load_fault_parts.h"
#include "rules/quantiles.h"

#include <fmt/core.h>

#include <algorithm>

namespace faultline::rules {
namespace {

// Of an empirical distribution: more change no quantile that is drawn from 1025 knots.
constexpr size_t kMostSamples = 10'000;

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

// A decimal with at most three places, in thousandths.
std::optional<uint32_t> parse_milli(std::string_view text, Range<uint32_t> range) {
  const size_t point = text.find('.');
  auto fraction =
      point == std::string_view::npos ? std::string() : std::string(text.substr(point + 1));
  if (fraction.size() > 3 || (point != std::string_view::npos && fraction.empty())) {
    return std::nullopt;
  }
  fraction.resize(3, '0');
  const auto whole = parse_u64(text.substr(0, point));
  const auto thousandths = parse_u64(fraction);
  if (!whole || !thousandths || *whole > range.high / 1000) return std::nullopt;
  const auto milli = static_cast<uint32_t>(*whole * 1000 + *thousandths);
  if (milli < range.low || milli > range.high) return std::nullopt;
  return milli;
}

// The decimal of `key`, in thousandths; the lowest one after a complaint.
uint32_t load_milli(ObjectReader& reader, std::string_view key, Range<uint32_t> range,
                    std::string_view allowed) {
  const auto text = reader.text(key);
  if (!text) return range.low;
  if (const auto milli = parse_milli(text->text, range)) return *milli;
  auto& d = reader.context().error(
      "FL0107", *text, fmt::format("'{}' must be {}, not {}", key, allowed, text->shown()),
      "out of range");
  d.notes.emplace_back("at most three decimals");
  return range.low;
}

void load_pareto(ObjectReader& reader, LatencySpec& spec) {
  auto pareto = reader.object("pareto");
  if (!pareto) return;
  spec.scale = pareto->duration("scale", kPositiveDelayRange).value_or(Duration(1));
  spec.shape_milli = load_milli(*pareto, "shape", {100, 100'000}, "0.1 to 100");
}

void load_lognormal(ObjectReader& reader, LatencySpec& spec) {
  auto lognormal = reader.object("lognormal");
  if (!lognormal) return;
  spec.median = lognormal->duration("median", kPositiveDelayRange).value_or(Duration(1));
  spec.sigma_milli = load_milli(*lognormal, "sigma", {1, 5'000}, "0.001 to 5");
}

// Any order: what counts is how they are distributed.
void load_empirical(ObjectReader& reader, LatencySpec& spec) {
  const auto value = *reader.value("empirical");
  if (!value.is_array()) return reader.wrong_type("empirical", value);
  if (value.size() < 2 || value.size() > kMostSamples) {
    reader.context().error(
        "FL0107", value.span(),
        fmt::format("'empirical' must have 2 to {} delays, not {}", kMostSamples, value.size()),
        "cannot be a distribution");
    return;
  }
  for (uint32_t i = 0; i < value.size(); ++i) {
    const auto sample = reader.read_duration("empirical", *value.at(i), kDelayRange);
    if (!sample) return;
    spec.samples.push_back(*sample);
  }
  std::sort(spec.samples.begin(), spec.samples.end());
}

}  // namespace

LoadedFault load_latency(ObjectReader& reader) {
  LoadedFault loaded;
  LatencySpec spec;
  spec.max = reader.duration("max", kPositiveDelayRange).value_or(limits::kDelayMax);
  load_side(reader, spec.side, loaded);
  using Kind = LatencySpec::Kind;
  static const std::vector<std::string_view> kKinds{
      "fixed", "uniform", "normal", "lognormal", "exponential", "pareto", "empirical"};
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
  if (kind == "lognormal") load_lognormal(reader, spec);
  if (kind == "empirical") load_empirical(reader, spec);
  if (kind == "exponential") load_exponential(reader, spec);
  if (kind == "pareto") load_pareto(reader, spec);
  spec.quantiles = build_quantiles(spec);
  loaded.fault = std::move(spec);
  return loaded;
}

}  // namespace faultline::rules

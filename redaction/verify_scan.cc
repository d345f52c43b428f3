// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in this folder.
#include "redaction/verify_scan.h"

#include "proxy/base/text.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace faultline::redaction::verify {
namespace {

// JSON inside JSON inside JSON, or a base64 text in a percent-encoded one in a string.
constexpr unsigned kDepthMax = 3;

bool finds(const std::vector<Hit>& hits, std::string_view detector, std::string_view encoding) {
  return std::any_of(hits.begin(), hits.end(), [&](const Hit& hit) {
    return hit.detector == detector && hit.encoding == encoding;
  });
}

std::string percent_every_byte(std::string_view text) {
  std::string out;
  for (const char c : text) out += "%" + hex_encode(std::string_view(&c, 1));
  return out;
}

std::string unicode_every_byte(std::string_view text) {
  std::string out;
  for (const char c : text) out += "\\u00" + hex_encode(std::string_view(&c, 1));
  return out;
}

}  // namespace

void Scanner::scan(std::string_view text, bool cut_front, std::vector<Hit>& out) const {
  std::vector<Hit> hits;
  scan_layer(text, {"raw", 0}, cut_front, hits);
  std::stable_sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) {
    return std::tie(a.begin, a.detector) < std::tie(b.begin, b.detector);
  });
  hits.erase(std::unique(hits.begin(), hits.end(),
                         [](const Hit& a, const Hit& b) {
                           return a.begin == b.begin && a.detector == b.detector;
                         }),
             hits.end());
  out.insert(out.end(), hits.begin(), hits.end());
}

void Scanner::scan_layer(std::string_view text, const Where& where, bool cut_front,
                         std::vector<Hit>& out) const {
  std::vector<DetectorHit> found;
  detectors_.scan(text, found);
  for (const auto& hit : found) out.push_back({hit.begin, hit.detector, where.encoding});
  std::vector<CanaryHit> canaries;
  canaries_.scan(text, canaries);
  for (const auto& hit : canaries) {
    const bool plain = hit.encoding == "raw" || where.encoding != "raw";
    out.push_back({hit.begin, "canary", plain ? where.encoding : hit.encoding});
  }
  if (where.depth == kDepthMax) return;
  scan_inner(percent_layer(text), "percent", where, out);
  scan_inner(escape_layer(text), "escaped", where, out);
  scan_inner(base64_layer(text, cut_front), "base64", where, out);
  scan_inner(hex_layer(text), "hex", where, out);
}

void Scanner::scan_inner(const Layer& layer, std::string_view encoding, const Where& outer,
                         std::vector<Hit>& out) const {
  if (layer.text.empty()) return;
  const size_t first = out.size();
  const std::string_view outermost = outer.encoding == "raw" ? encoding : outer.encoding;
  scan_layer(layer.text, {outermost, outer.depth + 1}, false, out);
  for (size_t i = first; i < out.size(); ++i) out[i].begin = layer.source_of(out[i].begin);
}

bool Scanner::passes_negative_control() const {
  if (!detectors_.ok()) return false;
  const std::string dirty = dirty_text();
  const std::string quoted = json_quote(dirty);
  const std::vector<std::pair<std::string_view, std::string>> texts = {
      {"raw", dirty},
      {"base64", base64_encode(dirty)},
      {"percent", percent_every_byte(dirty)},
      {"escaped", unicode_every_byte(dirty)},
      {"hex", hex_encode(dirty)},
  };
  for (const auto& [encoding, text] : texts) {
    std::vector<Hit> hits;
    scan("front " + text + " back", false, hits);
    for (const auto id : detectors_.ids()) {
      if (!finds(hits, id, encoding)) return false;
    }
  }
  const std::string canary = "Planted \"canary\" / control?";
  const Scanner planted({canary});
  std::string escaped;
  json_escape_to(escaped, canary);
  const std::vector<std::pair<std::string_view, std::string>> canaries = {
      {"raw", to_lower(canary)},
      {"base64", base64_encode(canary)},
      {"base64", base64_encode("x" + canary)},
      {"base64", base64_encode("xy" + canary)},
      {"percent", percent_encode(canary)},
      {"hex", hex_encode(canary)},
      {"escaped", escaped},
  };
  return std::all_of(canaries.begin(), canaries.end(), [&](const auto& entry) {
    std::vector<CanaryHit> hits;
    planted.canaries_.scan("front " + entry.second + " back", hits);
    return std::any_of(hits.begin(), hits.end(),
                       [&](const CanaryHit& hit) { return hit.encoding == entry.first; });
  });
}

}  // namespace faultline::redaction::verify

// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#include "redaction/validate/short_hash.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <utility>

namespace faultline::redaction::validate {
namespace {

constexpr std::array<uint32_t, 64> kRound{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

using State = std::array<uint32_t, 8>;

void compress(State& state, std::span<const uint8_t> block) {
  std::array<uint32_t, 64> w{};
  for (size_t i = 0; i < 16; ++i) {
    for (size_t byte = 0; byte < 4; ++byte) w[i] = w[i] << 8U | block[i * 4 + byte];
  }
  for (size_t i = 16; i < 64; ++i) {
    const uint32_t a = w[i - 15];
    const uint32_t b = w[i - 2];
    w[i] = w[i - 16] + w[i - 7] + (std::rotr(a, 7) ^ std::rotr(a, 18) ^ (a >> 3U)) +
           (std::rotr(b, 17) ^ std::rotr(b, 19) ^ (b >> 10U));
  }
  State s = state;
  for (size_t i = 0; i < 64; ++i) {
    const uint32_t sum1 = std::rotr(s[4], 6) ^ std::rotr(s[4], 11) ^ std::rotr(s[4], 25);
    const uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
    const uint32_t one = s[7] + sum1 + choice + kRound[i] + w[i];
    const uint32_t sum0 = std::rotr(s[0], 2) ^ std::rotr(s[0], 13) ^ std::rotr(s[0], 22);
    const uint32_t majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
    s = {one + sum0 + majority, s[0], s[1], s[2], s[3] + one, s[4], s[5], s[6]};
  }
  for (size_t i = 0; i < 8; ++i) state[i] += s[i];
}

using Sponge = std::array<uint64_t, 25>;

// The round constants come from the linear feedback register of the specification.
uint64_t next_constant(uint8_t& shift) {
  uint64_t constant = 0;
  for (unsigned j = 0; j < 7; ++j) {
    if ((shift & 1U) != 0) constant ^= uint64_t{1} << ((1U << j) - 1);
    shift = static_cast<uint8_t>((shift << 1U) ^ ((shift >> 7U) * 0x71U));
  }
  return constant;
}

void permute(Sponge& a) {
  uint8_t shift = 1;
  for (int round = 0; round < 24; ++round) {
    std::array<uint64_t, 5> column{};
    for (size_t x = 0; x < 5; ++x) column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
    for (size_t i = 0; i < 25; ++i) a[i] ^= column[(i + 4) % 5] ^ std::rotl(column[(i + 1) % 5], 1);
    size_t x = 1;
    size_t y = 0;
    uint64_t lane = a[1];
    for (int t = 0; t < 24; ++t) {
      const size_t next_y = (2 * x + 3 * y) % 5;
      x = y;
      y = next_y;
      const uint64_t turned = std::rotl(lane, (t + 1) * (t + 2) / 2 % 64);
      lane = std::exchange(a[x + 5 * y], turned);
    }
    for (size_t row = 0; row < 25; row += 5) {
      const std::array<uint64_t, 5> b{a[row], a[row + 1], a[row + 2], a[row + 3], a[row + 4]};
      for (size_t i = 0; i < 5; ++i) a[row + i] = b[i] ^ (~b[(i + 1) % 5] & b[(i + 2) % 5]);
    }
    a[0] ^= next_constant(shift);
  }
}

}  // namespace

Hash32 sha256_short(std::span<const uint8_t> bytes) noexcept {
  std::array<uint8_t, 128> padded{};
  const size_t size = std::min<size_t>(bytes.size(), 119);
  std::copy_n(bytes.begin(), size, padded.begin());
  padded[size] = 0x80;
  const size_t end = size < 56 ? 64 : 128;
  const uint64_t bits = size * 8;
  for (size_t i = 0; i < 8; ++i) padded[end - 1 - i] = static_cast<uint8_t>(bits >> (8 * i));
  State state{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
              0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  for (size_t at = 0; at < end; at += 64) compress(state, std::span(padded).subspan(at, 64));
  Hash32 out{};
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<uint8_t>(state[i / 4] >> (24 - 8 * (i % 4)));
  }
  return out;
}

Hash32 keccak256_short(std::span<const uint8_t> bytes) noexcept {
  constexpr size_t kRate = 136;
  std::array<uint8_t, kRate> padded{};
  const size_t size = std::min<size_t>(bytes.size(), kRate - 1);
  std::copy_n(bytes.begin(), size, padded.begin());
  padded[size] ^= 0x01;
  padded[kRate - 1] ^= 0x80;
  Sponge sponge{};
  for (size_t i = 0; i < kRate; ++i) sponge[i / 8] ^= uint64_t{padded[i]} << (8 * (i % 8));
  permute(sponge);
  Hash32 out{};
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<uint8_t>(sponge[i / 8] >> (8 * (i % 8)));
  }
  return out;
}

}  // namespace faultline::redaction::validate

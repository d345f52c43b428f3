// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#pragma once

#include "redaction/anchors/block.h"
#include "redaction/anchors/combine.h"
#include "redaction/anchors/places.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace faultline::redaction::anchors {

enum class InstructionSet : uint8_t { Scalar, Ssse3, Avx2, Neon };
inline constexpr std::array kInstructionSets{InstructionSet::Scalar, InstructionSet::Ssse3,
                                             InstructionSet::Avx2, InstructionSet::Neon};

[[nodiscard]] std::string_view instruction_set_name(InstructionSet set) noexcept;

/// The stages of a scan up to the likely places, for one instruction set.
struct Kernels {
  Classify classify = classify_scalar;
  Combine combine = combine_scalar;
  ListBits list_many = list_bits_scalar;
  ListBits list_few = list_bits_scalar;
  KeepFronts keep_fronts = keep_fronts_scalar;
  KeepNames keep_names = keep_names_scalar;
};

/// Null when the machine or the build has it not.
[[nodiscard]] const Kernels* kernels(InstructionSet set) noexcept;
/// The fastest ones here.
[[nodiscard]] const Kernels& best_kernels() noexcept;

}  // namespace faultline::redaction::anchors

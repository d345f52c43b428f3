// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. See README.md in the folder above.
#include "redaction/anchors/kernels.h"

namespace faultline::redaction::anchors {

std::string_view instruction_set_name(InstructionSet set) noexcept {
  constexpr std::array<std::string_view, 4> kNames{"scalar", "ssse3", "avx2", "neon"};
  return kNames[static_cast<size_t>(set)];
}

const Kernels* kernels(InstructionSet set) noexcept {
  static constexpr Kernels kScalar;
  switch (set) {
    case InstructionSet::Scalar:
      return &kScalar;
#if defined(__x86_64__)
    case InstructionSet::Ssse3: {
      static constexpr Kernels kSsse3{.classify = classify_ssse3};
      return __builtin_cpu_supports("ssse3") != 0 ? &kSsse3 : nullptr;
    }
    case InstructionSet::Avx2: {
      static constexpr Kernels kAvx2{.classify = classify_avx2,
                                     .combine = combine_avx2,
                                     .list_many = list_many_bits_bmi,
                                     .list_few = list_few_bits_bmi,
                                     .keep_fronts = keep_fronts_avx2,
                                     .keep_names = keep_names_avx2};
      // Every processor that has AVX2 has the others; a hypervisor may hide them one by one.
      const bool is_here = __builtin_cpu_supports("avx2") != 0 &&
                           __builtin_cpu_supports("bmi") != 0 &&
                           __builtin_cpu_supports("popcnt") != 0;
      return is_here ? &kAvx2 : nullptr;
    }
#elif defined(__aarch64__)
    case InstructionSet::Neon: {
      static constexpr Kernels kNeon{.classify = classify_neon};
      return &kNeon;
    }
#endif
    default:
      return nullptr;
  }
}

const Kernels& best_kernels() noexcept {
  static const Kernels& best = [&]() -> const Kernels& {
    for (const auto set : {InstructionSet::Avx2, InstructionSet::Neon, InstructionSet::Ssse3}) {
      if (const Kernels* found = kernels(set)) return *found;
    }
    return *kernels(InstructionSet::Scalar);
  }();
  return best;
}

}  // namespace faultline::redaction::anchors

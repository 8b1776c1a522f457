/*
 * Sixteen 32-bit numbers at a time, in one register of AVX-512 or in two of AVX2. What is built on these gives the same
 * bits with either: each lane is computed by itself, and sums over lanes have one order.
 */
#pragma once
#include <immintrin.h>

#define LANES 16
#define INLINE static inline __attribute__((always_inline))

#ifdef __AVX512F__
#include "lanes-avx512.h"
#else
#include "lanes-avx2.h"
#endif

/** (((k + 8) + 4) + 2) + 1: halves are added to each other until one number is left. */
INLINE float sumOfLanes(lanes v) {
  const __m256 eight = sumOfHalves(v);
  const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

INLINE int atMost(int a, int b) { return a < b ? a : b; }

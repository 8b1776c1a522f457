/* Sixteen numbers in one register: see lanes.h. */
#pragma once

typedef __m512 lanes;

/** Most sums that a tile of product.h keeps in registers, and how many of them lie side by side. */
enum { MOST_SUMS = 24, TILE_VECTORS = 4 };

INLINE __mmask16 maskOf(int count) { return count >= LANES ? 0xffff : (__mmask16)((1u << count) - 1); }

INLINE lanes splat(float x) { return _mm512_set1_ps(x); }
INLINE lanes load(const float *at) { return _mm512_loadu_ps(at); }
INLINE void store(float *at, lanes v) { _mm512_storeu_ps(at, v); }

/** The first `count` numbers, zero in the other lanes. Reads nothing behind them. */
INLINE lanes loadFirst(const float *at, int count) { return _mm512_maskz_loadu_ps(maskOf(count), at); }
INLINE void storeFirst(float *at, lanes v, int count) { _mm512_mask_storeu_ps(at, maskOf(count), v); }
/** Zero in all lanes but the first `count`. */
INLINE lanes firstOf(lanes v, int count) { return _mm512_maskz_mov_ps(maskOf(count), v); }

INLINE lanes plus(lanes a, lanes b) { return _mm512_add_ps(a, b); }
INLINE lanes minus(lanes a, lanes b) { return _mm512_sub_ps(a, b); }
INLINE lanes times(lanes a, lanes b) { return _mm512_mul_ps(a, b); }
INLINE lanes over(lanes a, lanes b) { return _mm512_div_ps(a, b); }
/** a b + c, rounded once. */
INLINE lanes mulAdd(lanes a, lanes b, lanes c) { return _mm512_fmadd_ps(a, b, c); }
/** c - a b, rounded once. */
INLINE lanes minusProduct(lanes c, lanes a, lanes b) { return _mm512_fnmadd_ps(a, b, c); }
/** The second argument where one of the two is no number. */
INLINE lanes smaller(lanes a, lanes b) { return _mm512_min_ps(a, b); }
INLINE lanes larger(lanes a, lanes b) { return _mm512_max_ps(a, b); }
INLINE lanes squareRoot(lanes a) { return _mm512_sqrt_ps(a); }
/** `value` where x > 0, else 0. */
INLINE lanes wherePositive(lanes x, lanes value) {
  return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_GT_OQ), value);
}

INLINE __m256 sumOfHalves(lanes v) {
  const __m256 high = _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(v), 1));
  return _mm256_add_ps(_mm512_castps512_ps256(v), high);
}

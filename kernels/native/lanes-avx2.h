/* Sixteen numbers in two registers: see lanes.h. */
#pragma once

typedef struct {
  __m256 low, high;
} lanes;

/** Most sums that a tile of product.h keeps in registers, and how many of them lie side by side. */
enum { MOST_SUMS = 4, TILE_VECTORS = 1 };

/** From 16 - count on: all bits of the first `count` lanes. */
static const int maskBits[2 * LANES] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};

INLINE __m256i maskOf(int count, int from) {
  return _mm256_loadu_si256((const __m256i *)(maskBits + LANES - (count < LANES ? count : LANES) + from));
}

INLINE lanes splat(float x) { return (lanes){_mm256_set1_ps(x), _mm256_set1_ps(x)}; }
INLINE lanes load(const float *at) { return (lanes){_mm256_loadu_ps(at), _mm256_loadu_ps(at + 8)}; }
INLINE void store(float *at, lanes v) {
  _mm256_storeu_ps(at, v.low);
  _mm256_storeu_ps(at + 8, v.high);
}

/** The first `count` numbers, zero in the other lanes. Reads nothing behind them. */
INLINE lanes loadFirst(const float *at, int count) {
  return (lanes){_mm256_maskload_ps(at, maskOf(count, 0)), _mm256_maskload_ps(at + 8, maskOf(count, 8))};
}
INLINE void storeFirst(float *at, lanes v, int count) {
  _mm256_maskstore_ps(at, maskOf(count, 0), v.low);
  _mm256_maskstore_ps(at + 8, maskOf(count, 8), v.high);
}
/** Zero in all lanes but the first `count`. */
INLINE lanes firstOf(lanes v, int count) {
  const __m256 low = _mm256_castsi256_ps(maskOf(count, 0));
  const __m256 high = _mm256_castsi256_ps(maskOf(count, 8));
  return (lanes){_mm256_and_ps(v.low, low), _mm256_and_ps(v.high, high)};
}

INLINE lanes plus(lanes a, lanes b) { return (lanes){_mm256_add_ps(a.low, b.low), _mm256_add_ps(a.high, b.high)}; }
INLINE lanes minus(lanes a, lanes b) { return (lanes){_mm256_sub_ps(a.low, b.low), _mm256_sub_ps(a.high, b.high)}; }
INLINE lanes times(lanes a, lanes b) { return (lanes){_mm256_mul_ps(a.low, b.low), _mm256_mul_ps(a.high, b.high)}; }
INLINE lanes over(lanes a, lanes b) { return (lanes){_mm256_div_ps(a.low, b.low), _mm256_div_ps(a.high, b.high)}; }
/** a b + c, rounded once. */
INLINE lanes mulAdd(lanes a, lanes b, lanes c) {
  return (lanes){_mm256_fmadd_ps(a.low, b.low, c.low), _mm256_fmadd_ps(a.high, b.high, c.high)};
}
/** c - a b, rounded once. */
INLINE lanes minusProduct(lanes c, lanes a, lanes b) {
  return (lanes){_mm256_fnmadd_ps(a.low, b.low, c.low), _mm256_fnmadd_ps(a.high, b.high, c.high)};
}
/** The second argument where one of the two is no number. */
INLINE lanes smaller(lanes a, lanes b) { return (lanes){_mm256_min_ps(a.low, b.low), _mm256_min_ps(a.high, b.high)}; }
INLINE lanes larger(lanes a, lanes b) { return (lanes){_mm256_max_ps(a.low, b.low), _mm256_max_ps(a.high, b.high)}; }
INLINE lanes squareRoot(lanes a) { return (lanes){_mm256_sqrt_ps(a.low), _mm256_sqrt_ps(a.high)}; }
/** `value` where x > 0, else 0. */
INLINE lanes wherePositive(lanes x, lanes value) {
  const __m256 zero = _mm256_setzero_ps();
  const __m256 low = _mm256_cmp_ps(x.low, zero, _CMP_GT_OQ);
  const __m256 high = _mm256_cmp_ps(x.high, zero, _CMP_GT_OQ);
  return (lanes){_mm256_and_ps(low, value.low), _mm256_and_ps(high, value.high)};
}

INLINE __m256 sumOfHalves(lanes v) { return _mm256_add_ps(v.low, v.high); }

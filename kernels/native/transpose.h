/* Weights lie [fanOut][fanIn]; a forward product wants vectors along fanOut. */
#pragma once
#include "lanes.h"

/** The first `count` (up to 4) numbers, zero in the other lanes. */
INLINE __m128 loadQuad(const float *at, int count) {
  if (count >= 4) return _mm_loadu_ps(at);
  return _mm_maskload_ps(at, _mm_cmpgt_epi32(_mm_set1_epi32(count), _mm_setr_epi32(0, 1, 2, 3)));
}

/** Numbers [at, at + 4) of a row in the low half, of the row four further on in the high one; zero where there are none. */
INLINE __m256 loadPair(const float *from, long row, int r, int rows, int at, int columns) {
  const __m128 low = r < rows ? loadQuad(from + r * row + at, columns - at) : _mm_setzero_ps();
  const __m128 high = r + 4 < rows ? loadQuad(from + (r + 4) * row + at, columns - at) : _mm_setzero_ps();
  return _mm256_insertf128_ps(_mm256_castps128_ps256(low), high, 1);
}

/** Four columns of up to eight rows become rows of eight numbers, `toRow` apart. */
INLINE void transposeFour(const float *from, long row, int rows, int at, int columns, float *to, long toRow) {
  const __m256 r0 = loadPair(from, row, 0, rows, at, columns), r1 = loadPair(from, row, 1, rows, at, columns);
  const __m256 r2 = loadPair(from, row, 2, rows, at, columns), r3 = loadPair(from, row, 3, rows, at, columns);
  const __m256 low0 = _mm256_unpacklo_ps(r0, r1), high0 = _mm256_unpackhi_ps(r0, r1);
  const __m256 low1 = _mm256_unpacklo_ps(r2, r3), high1 = _mm256_unpackhi_ps(r2, r3);
  const int count = columns - at;
  _mm256_storeu_ps(to, _mm256_shuffle_ps(low0, low1, 0x44));
  if (count > 1) _mm256_storeu_ps(to + toRow, _mm256_shuffle_ps(low0, low1, 0xee));
  if (count > 2) _mm256_storeu_ps(to + 2 * toRow, _mm256_shuffle_ps(high0, high1, 0x44));
  if (count > 3) _mm256_storeu_ps(to + 3 * toRow, _mm256_shuffle_ps(high0, high1, 0xee));
}

/** to[column][row] = from[row][column]; writes zeros up to the next multiple of eight rows. */
static void transpose(const float *from, long row, int rows, int columns, float *to, long toRow) {
  for (int r = 0; r < rows; r += 8)
    for (int at = 0; at < columns; at += 4) {
      const float *first = from + r * row;
      float *target = to + at * toRow + r;
      if (rows - r >= 8 && columns - at >= 4) transposeFour(first, row, 8, at, at + 4, target, toRow);
      else transposeFour(first, row, rows - r, at, columns, target, toRow);
    }
}

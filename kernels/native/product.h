/* Products of matrices, in tiles whose sums stay in registers. */
#pragma once
#include "lanes.h"

enum start { FROM_ZERO, FROM_BIASES, FROM_SUMS };
/** BY_SLOPE: times 1 - y², the slope of tanh where its value is y. */
enum end { AS_IS, ADDED, BY_SLOPE };

/**
 * c[height][width] from the sums over k < depth of a[h][k] b[k][w]. Each sum is made in the order of k, one fused
 * multiply-add after another, whatever tile it is in: so a row has the same bits in any batch. Strides count numbers.
 */
typedef struct {
  const float *a;
  /** From a[h][k] to a[h + 1][k], and to a[h][k + 1]. */
  long aRow, aStep;
  const float *b;
  long bStep;
  float *c;
  long cRow;
  /** FROM_BIASES: [width]. BY_SLOPE: the values of tanh, lying as c does. */
  const float *beside;
  int height, width, depth;
  enum start start;
  enum end end;
} product;

INLINE lanes loadPart(const float *at, int count) { return count == LANES ? load(at) : loadFirst(at, count); }
INLINE void storePart(float *at, lanes v, int count) {
  if (count == LANES) store(at, v);
  else storeFirst(at, v, count);
}

INLINE lanes startOf(const product *p, long h, long w, int count) {
  if (p->start == FROM_BIASES) return loadPart(p->beside + w, count);
  if (p->start == FROM_SUMS) return loadPart(p->c + h * p->cRow + w, count);
  return splat(0);
}

INLINE void leave(const product *p, long h, long w, lanes sum, int count) {
  float *c = p->c + h * p->cRow + w;
  if (p->end == ADDED) {
    sum = plus(loadPart(c, count), sum);
  } else if (p->end == BY_SLOPE) {
    const lanes value = loadPart(p->beside + h * p->cRow + w, count);
    sum = times(sum, minusProduct(splat(1), value, value));
  }
  storePart(c, sum, count);
}

/** `rows` rows by `vectors` vectors, the last of which has `last` lanes. The first two are known to the compiler. */
INLINE void tile(const product *p, long h, long w, const int rows, const int vectors, const int last) {
  lanes sums[8][4];
#pragma GCC unroll 8
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++)
      sums[r][v] = startOf(p, h + r, w + v * LANES, v + 1 < vectors ? LANES : last);
  const float *a = p->a + h * p->aRow;
  const float *b = p->b + w;
  const long aRow = p->aRow, aStep = p->aStep, bStep = p->bStep;
  for (int k = p->depth; k > 0; k--) {
    lanes right[4];
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++) right[v] = loadPart(b + v * LANES, v + 1 < vectors ? LANES : last);
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++) {
      const lanes left = splat(a[r * aRow]);
#pragma GCC unroll 4
      for (int v = 0; v < vectors; v++) sums[r][v] = mulAdd(left, right[v], sums[r][v]);
    }
    a += aStep;
    b += bStep;
  }
#pragma GCC unroll 8
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++)
      leave(p, h + r, w + v * LANES, sums[r][v], v + 1 < vectors ? LANES : last);
}

/** All rows by a few vectors. */
INLINE void column(const product *p, long w, const int vectors, const int last) {
  long h = 0;
  if (vectors * 8 <= MOST_SUMS)
    for (; h + 8 <= p->height; h += 8) tile(p, h, w, 8, vectors, last);
  for (; h + 4 <= p->height; h += 4) tile(p, h, w, 4, vectors, last);
  for (; h < p->height; h++) tile(p, h, w, 1, vectors, last);
}

static void multiply(const product *p) {
  const long whole = TILE_VECTORS * LANES;
  long w = 0;
  for (; w + whole <= p->width; w += whole) column(p, w, TILE_VECTORS, LANES);
  const int rest = (int)(p->width - w);
  if (rest == 0) return;
  if (TILE_VECTORS == 1 || rest <= LANES) column(p, w, 1, rest);
  else if (rest <= 2 * LANES) column(p, w, 2, rest - LANES);
  else if (rest <= 3 * LANES) column(p, w, 3, rest - 2 * LANES);
  else column(p, w, 4, rest - 3 * LANES);
}

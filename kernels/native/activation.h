/* Nonlinearities as layers of their own. */
#pragma once
#include "tanh.h"

/** The numbers of `nonlinearities` in src/nn/addressed.ts. */
enum { TANH = 1, RELU = 2 };

INLINE lanes valueOf(int kind, lanes x) {
  if (kind == TANH) return tanhOf(x);
  if (kind == RELU) return larger(splat(0), x);
  return times(x, logisticOf(x));
}

INLINE lanes slopeOf(int kind, lanes x) {
  const lanes one = splat(1);
  if (kind == RELU) return wherePositive(x, one);
  if (kind == TANH) {
    const lanes y = tanhOf(x);
    return minusProduct(one, y, y);
  }
  const lanes share = logisticOf(x);
  return times(share, mulAdd(x, minus(one, share), one));
}

/** y[k] = f(x[k]) for k < count. */
void NAME(activateForward)(int kind, const float *x, float *y, int count) {
  for (; count > 0; count -= LANES, x += LANES, y += LANES) storeFirst(y, valueOf(kind, loadFirst(x, count)), count);
}

/** dx[k] = dy[k] times the slope of f at x[k], for k < count. */
void NAME(activateBackward)(int kind, const float *x, const float *dy, float *dx, int count) {
  for (; count > 0; count -= LANES, x += LANES, dy += LANES, dx += LANES)
    storeFirst(dx, times(loadFirst(dy, count), slopeOf(kind, loadFirst(x, count))), count);
}

/* Adam. */
#pragma once
#include "lanes.h"

/**
 * One step on `count` numbers; the second moments lie right behind the first ones. `scale`: the gradient is multiplied by
 * it first; rest: 1 - beta; correction: 1 / (1 - betaᵗ).
 */
void NAME(adam)(float *p, const float *g, float *first, int count, float scale, float beta1, float rest1, float beta2,
                float rest2, float firstCorrection, float secondCorrection, float epsilon, float rate) {
  float *second = first + count;
  for (; count > 0; count -= LANES, p += LANES, g += LANES, first += LANES, second += LANES) {
    const lanes d = times(loadFirst(g, count), splat(scale));
    const lanes m = mulAdd(splat(beta1), loadFirst(first, count), times(splat(rest1), d));
    const lanes v = mulAdd(splat(beta2), loadFirst(second, count), times(times(splat(rest2), d), d));
    const lanes root = plus(squareRoot(times(v, splat(secondCorrection))), splat(epsilon));
    const lanes change = over(times(m, splat(firstCorrection)), root);
    storeFirst(first, m, count);
    storeFirst(second, v, count);
    storeFirst(p, minusProduct(loadFirst(p, count), splat(rate), change), count);
  }
}

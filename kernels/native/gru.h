/* The gates of a gated recurrent unit, from the sums of its input and of its state: [rows][3][width], reset, update, new. */
#pragma once
#include "tanh.h"

typedef struct {
  /** Gates reset and update, the new value, and the new value's sum of the state. */
  lanes r, z, n, ofState;
} gates;

INLINE gates gatesAt(const float *ofInput, const float *ofState, int width, int count) {
  gates g;
  g.r = logisticOf(plus(loadFirst(ofInput, count), loadFirst(ofState, count)));
  g.z = logisticOf(plus(loadFirst(ofInput + width, count), loadFirst(ofState + width, count)));
  g.ofState = loadFirst(ofState + 2 * width, count);
  g.n = tanhOf(mulAdd(g.r, g.ofState, loadFirst(ofInput + 2 * width, count)));
  return g;
}

/** The state after: n + z (h - n). */
void NAME(gruForward)(const float *ofInput, const float *ofState, const float *h, float *after, int rows, int width) {
  for (; rows > 0; rows--, ofInput += 3 * width, ofState += 3 * width, h += width, after += width)
    for (int k = 0; k < width; k += LANES) {
      const gates g = gatesAt(ofInput + k, ofState + k, width, width - k);
      storeFirst(after + k, mulAdd(g.z, minus(loadFirst(h + k, width - k), g.n), g.n), width - k);
    }
}

INLINE void gruLanesBackward(gates g, lanes h, lanes d, float *dInput, float *dState, float *dh, int width, int count) {
  const lanes one = splat(1);
  const lanes byNew = times(times(d, minus(one, g.z)), minusProduct(one, g.n, g.n));
  const lanes byUpdate = times(times(d, minus(h, g.n)), times(g.z, minus(one, g.z)));
  const lanes byReset = times(times(byNew, g.ofState), times(g.r, minus(one, g.r)));
  storeFirst(dInput, byReset, count);
  storeFirst(dState, byReset, count);
  storeFirst(dInput + width, byUpdate, count);
  storeFirst(dState + width, byUpdate, count);
  storeFirst(dInput + 2 * width, byNew, count);
  storeFirst(dState + 2 * width, times(byNew, g.r), count);
  storeFirst(dh, times(d, g.z), count);
}

/** Overwrites the gradients of both sums, and of the state before as far as it does not come from its sums. */
void NAME(gruBackward)(const float *ofInput, const float *ofState, const float *h, const float *dAfter, float *dInput,
                       float *dState, float *dh, int rows, int width) {
  const int wide = 3 * width;
  for (; rows > 0; rows--) {
    for (int k = 0; k < width; k += LANES) {
      const int count = width - k;
      const gates g = gatesAt(ofInput + k, ofState + k, width, count);
      gruLanesBackward(g, loadFirst(h + k, count), loadFirst(dAfter + k, count), dInput + k, dState + k, dh + k, width,
                       count);
    }
    ofInput += wide, ofState += wide, dInput += wide, dState += wide;
    h += width, dAfter += width, dh += width;
  }
}

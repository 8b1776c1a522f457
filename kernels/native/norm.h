/* Layer norm. */
#pragma once
#include "lanes.h"

/** `normEpsilon` of src/nn/kernels.ts. */
#define NORM_EPSILON 1e-5f

INLINE float meanOf(const float *x, int width) {
  lanes sum = splat(0);
  for (int k = 0; k < width; k += LANES) sum = plus(sum, loadFirst(x + k, width - k));
  return sumOfLanes(sum) / (float)width;
}

/** 1 / deviation */
INLINE float scaleOf(const float *x, int width, lanes mean) {
  lanes squares = splat(0);
  for (int k = 0; k < width; k += LANES) {
    const lanes off = firstOf(minus(loadFirst(x + k, width - k), mean), width - k);
    squares = mulAdd(off, off, squares);
  }
  return 1 / __builtin_sqrtf(sumOfLanes(squares) / (float)width + NORM_EPSILON);
}

/** y = (x - mean of the row) / deviation of the row, times gains, plus biases; all rows of `width` numbers. */
void NAME(normForward)(const float *x, const float *gains, const float *biases, float *y, int rows, int width) {
  for (; rows > 0; rows--, x += width, y += width) {
    const lanes mean = splat(meanOf(x, width));
    const lanes scale = splat(scaleOf(x, width, mean));
    for (int k = 0; k < width; k += LANES) {
      const int count = width - k;
      const lanes standard = times(minus(loadFirst(x + k, count), mean), scale);
      storeFirst(y + k, mulAdd(standard, loadFirst(gains + k, count), loadFirst(biases + k, count)), count);
    }
  }
}

static void normRowBackward(const float *x, const float *gains, float *dGains, float *dBiases, const float *dy, float *dx,
                            int width) {
  const lanes mean = splat(meanOf(x, width));
  const lanes scale = splat(scaleOf(x, width, mean));
  lanes sum = splat(0), along = splat(0);
  for (int k = 0; k < width; k += LANES) {
    const int count = width - k;
    const lanes d = loadFirst(dy + k, count);
    const lanes standard = times(minus(loadFirst(x + k, count), mean), scale);
    const lanes scaled = times(d, loadFirst(gains + k, count));
    storeFirst(dGains + k, mulAdd(d, standard, loadFirst(dGains + k, count)), count);
    storeFirst(dBiases + k, plus(loadFirst(dBiases + k, count), d), count);
    sum = plus(sum, scaled);
    along = mulAdd(scaled, standard, along);
  }
  /* What moves the mean or the deviation alone changes nothing. */
  const lanes ofMean = splat(sumOfLanes(sum) / (float)width), ofDeviation = splat(sumOfLanes(along) / (float)width);
  for (int k = 0; k < width; k += LANES) {
    const int count = width - k;
    const lanes standard = times(minus(loadFirst(x + k, count), mean), scale);
    const lanes scaled = times(loadFirst(dy + k, count), loadFirst(gains + k, count));
    storeFirst(dx + k, times(minusProduct(minus(scaled, ofMean), standard, ofDeviation), scale), count);
  }
}

/** Adds to the gradients of gains and biases, and overwrites dx. */
void NAME(normBackward)(const float *x, const float *gains, float *dGains, float *dBiases, const float *dy, float *dx,
                        int rows, int width) {
  for (; rows > 0; rows--, x += width, dy += width, dx += width)
    normRowBackward(x, gains, dGains, dBiases, dy, dx, width);
}

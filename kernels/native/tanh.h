/* tanh and the logistic function, without a library: the same bits on every machine. */
#pragma once
#include "lanes.h"

/**
 * tanh, to 4e-7; what is no number stays none.
 *
 * Source: Eigen, ptanh_float: rational function of degree 13 / 6, argument clamped.
 */
INLINE lanes tanhOf(lanes x) {
  const lanes c = larger(splat(-7.905311f), smaller(splat(7.905311f), x));
  const lanes s = times(c, c);
  lanes p = mulAdd(s, splat(-2.76076847742355e-16f), splat(2.00018790482477e-13f));
  p = mulAdd(p, s, splat(-8.60467152213735e-11f));
  p = mulAdd(p, s, splat(5.12229709037114e-8f));
  p = mulAdd(p, s, splat(1.48572235717979e-5f));
  p = mulAdd(p, s, splat(6.37261928875436e-4f));
  p = mulAdd(p, s, splat(4.89352455891786e-3f));
  lanes q = mulAdd(s, splat(1.19825839466702e-6f), splat(1.18534705686654e-4f));
  q = mulAdd(q, s, splat(2.268434632439e-3f));
  q = mulAdd(q, s, splat(4.89352518554385e-3f));
  return over(times(c, p), q);
}

/** 1 / (1 + e⁻ˣ), to 2e-7. */
INLINE lanes logisticOf(lanes x) {
  const lanes half = splat(0.5f);
  return mulAdd(half, tanhOf(times(half, x)), half);
}

/**
 * Half the square of an error; beyond ± `huber` it grows straight.
 *
 * @source Huber, Robust Estimation of a Location Parameter (1964)
 */
export function huberLoss(error: number, huber: number): number {
  const size = Math.abs(error);
  return size <= huber ? 0.5 * error * error : huber * (size - 0.5 * huber);
}

/** The slope of {@link huberLoss}. */
export function huberSlope(error: number, huber: number): number {
  return Math.min(huber, Math.max(-huber, error));
}

/** @source Linux CFS bandwidth control, default period; the kubelet's, too */
export const PERIOD_MS = 100;

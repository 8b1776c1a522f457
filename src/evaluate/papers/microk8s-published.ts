/** Means over the 30 scenario-days. */
export type PublishedDay = {
  readonly controller: string;
  readonly violatingMinutes: number;
  readonly dollars: number;
  readonly meanMs: number;
  readonly sizeChanges: number;
};

/**
 * What the thesis' own script gives when it is run.
 *
 * @source rohmatmret/microk8s-autoscaling, statistical_validation_n30.py as of 2025-12-20
 */
export const publishedDays: readonly PublishedDay[] = [
  { controller: "thesis HPA", violatingMinutes: 37.2, dollars: 21.56, meanMs: 113.7, sizeChanges: 123.6 },
  { controller: "thesis hybrid", violatingMinutes: 25.3, dollars: 23.2, meanMs: 106.4, sizeChanges: 111.9 },
];

/** A figure that its authors print, and what stands behind it. */
export type PublishedClaim = { readonly claim: string; readonly source: string; readonly caveat: string };

export const publishedClaims: readonly PublishedClaim[] = [
  {
    claim: "violations 40.7 % to 15.0 %, cost +21 %",
    source: "README",
    caveat: "no run behind it in the repository; this script gives 2.58 % to 1.76 %, cost +7.6 %",
  },
  {
    claim: "violations -7.0 %, cost -4.5 %",
    source: "paper draft (arxiv_paper.tex)",
    caveat: "another simulator (five traces, at most 10 pods of 200 requests/s), 5 runs, p of 0.02 to 0.04",
  },
  {
    claim: "p95 350 to 180 ms, cost -30 %",
    source: "README",
    caveat: "no run behind it; in this simulator no latency is above 250 ms",
  },
];

/** What to know before reading the table. */
export const microk8sCaveats: readonly string[] = [
  "The thesis' hybrid is a rule written by hand in the script; its trained agent is never called.",
  "The thesis' HPA is not Kubernetes': 10 points of tolerance instead of 10 %, a pause after a cut instead of the highest wish of 5 minutes.",
  "The simulator has no queue: latency is a function of the minute's CPU alone, and a minute counts whole or not at all.",
  "Start-up is drawn from N(25, 8) s and rounded up to a minute: every pod starts in one minute.",
  "The frontier is picked on the 30 days themselves, which favours the HPA; the tuned rows are picked on 30 other days.",
];

/** What KARMA's authors print of a system. Shares in per cent; recovery and availability of DDoS, spread of mixed. */
export type PublishedSystem = {
  readonly system: string;
  readonly success: number;
  readonly latencyOk: number;
  readonly pending: number;
  readonly recoveryS: number;
  readonly availability: number;
  readonly rewardSd: number | undefined;
};

/** @source KARMA paper (arXiv 2505.21559), main table and its rows without an organisation; means of five scenarios */
export const publishedSystems: readonly PublishedSystem[] = [
  system("Kubernetes HPA", [64.8, 58.1, 20.7, 80.7, 65.6]),
  system("Gym-HPA", [73.1, 65.7, 20.8, 66.2, 72.6]),
  system("Rlad-core", [77.4, 70.1, 15.9, 37.4, 78.3]),
  system("AWARE", [80.6, 73.8, 13.3, 49.5, 83.6]),
  system("one agent, no organisation", [72.6, 65.4, 17, 60.3, 72.4], 11.1),
  system("several agents, no organisation", [87.7, 81.5, 9.3, 43.5, 82], 10.7),
  system("one agent, hard roles", [80.8, 72.5, 15.4, 48.5, 77.5], 11.1),
  system("several agents, soft roles", [82, 74.7, 15, 38.8, 86], 9),
  system("KARMA (hard roles)", [90.9, 85.7, 5.9, 33, 90.7], 5.3),
];

type Figures = readonly [success: number, latencyOk: number, pending: number, recoveryS: number, availability: number];

function system(name: string, figures: Figures, rewardSd?: number): PublishedSystem {
  const [success, latencyOk, pending, recoveryS, availability] = figures;
  return { system: name, success, latencyOk, pending, recoveryS, availability, rewardSd };
}

/** A row of the journal draft's ablation; episodes until its learning converged. */
export type PublishedAblation = Omit<PublishedSystem, "availability"> & { readonly episodes: number };

/** @source journal draft of the same authors, not known to be published; recovery of DDoS, the rest of all scenarios */
export const publishedAblations: readonly PublishedAblation[] = [
  ablation("one agent", [73.8, 66.2, 16.5, 61.8], 2_200, 11.5),
  ablation("no organization", [85.1, 78.4, 10.8, 45.6], 1_850, 10.3),
  ablation("roles only", [86.3, 79.8, 9.6, 42.1], 1_350, 7.5),
  ablation("missions only", [84.8, 78.9, 10.1, 43.9], 1_450, 8.1),
  ablation("soft roles", [87.7, 81.5, 8.3, 39.7], 1_180, 6.9),
  ablation("hard roles", [88.5, 82.6, 7.9, 37.8], 980, 5.9),
  ablation("KARMA in full", [88.8, 83.4, 7.4, 36.5], 950, 5.5),
];

function ablation(
  name: string,
  [success, latencyOk, pending, recoveryS]: readonly [number, number, number, number],
  episodes: number,
  rewardSd: number,
): PublishedAblation {
  return { system: name, success, latencyOk, pending, recoveryS, rewardSd, episodes };
}

/** Success in per cent at one intensity. */
export type PublishedIntensity = {
  readonly family: "ddos" | "pod failure";
  readonly intensity: string;
  readonly karma: number;
  readonly aware: number;
};

/** @source journal draft of the same authors, not known to be published */
export const publishedIntensities: readonly PublishedIntensity[] = [
  { family: "ddos", intensity: "arrivals x 1", karma: 91.5, aware: 84.1 },
  { family: "ddos", intensity: "arrivals x 2", karma: 89.2, aware: 79.8 },
  { family: "ddos", intensity: "arrivals x 4", karma: 84.8, aware: 71.4 },
  { family: "ddos", intensity: "arrivals x 8", karma: 71.6, aware: 57.3 },
  { family: "pod failure", intensity: "1 % a minute", karma: 90.2, aware: 85.3 },
  { family: "pod failure", intensity: "5 % a minute", karma: 87.6, aware: 81.1 },
  { family: "pod failure", intensity: "10 % a minute", karma: 82.4, aware: 74.8 },
  { family: "pod failure", intensity: "20 % a minute", karma: 71.2, aware: 63.5 },
];

/** What to know before reading the tables. */
export const karmaCaveats: readonly string[] = [
  "Compare down our columns, not across to the printed ones: volume, length, place and most intensities of the five scenarios are not published, so ours are others.",
  "The sources do not define their measures. Ours: success = answered within the objective; latency OK = sync periods whose mean latency is; pending = requests in the system / arrivals of a period; spread = standard deviation of KARMA's reward over sync periods.",
  "The authors' figures disagree among themselves (an earlier draft has 93.7 %, the journal draft 88.8 %), and the paper's text swaps the recovery of AWARE and Rlad-core against its own table.",
  "The code they cite reproduces none of them: its evaluation draws its results from a random generator.",
  "Whether their DDoS x 1 is no attack, as here, or an attack as large as the users' traffic is not said.",
  "Gym-HPA, Rlad-core and AWARE are not rebuilt. KARMA's own organizations are, as far as its texts say what is in them: --ablations trains a team under each. In the paper soft roles do worse than none (82.0 against 87.7 %), in the journal draft better (87.7 against 85.1 %).",
];

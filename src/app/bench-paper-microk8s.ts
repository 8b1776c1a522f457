import { createRng } from "../core/rng.ts";
import { meanOf } from "../core/statistics.ts";
import { createThesisHpa, createThesisHybrid } from "../evaluate/papers/microk8s-controllers.ts";
import {
  type ExactHpaSetting,
  createExactHpa,
  nameOfSetting,
  thesisHpaSetting,
} from "../evaluate/papers/microk8s-exact-hpa.ts";
import { createForesight } from "../evaluate/papers/microk8s-foresight.ts";
import { microk8sGrid } from "../evaluate/papers/microk8s-grid.ts";
import {
  type PublishedClaim,
  type PublishedDay,
  microk8sCaveats,
  publishedClaims,
  publishedDays,
} from "../evaluate/papers/microk8s-published.ts";
import {
  type DayDifference,
  type DayRow,
  type FrontierDay,
  type PlayedDays,
  againstHybrid,
  bestWithin,
  cheapestWithin,
  dayFrontier,
  dayRow,
} from "../evaluate/papers/microk8s-rows.ts";
import { type MinuteController, playMicrok8sDay } from "../evaluate/papers/microk8s-simulator.ts";
import { microk8sDay, otherSeeds, thesisSeeds } from "../evaluate/papers/microk8s-traffic.ts";
import { type NumpyRandom, createNumpyRandom } from "../evaluate/papers/numpy-random.ts";
import { breathe } from "../host/clock.ts";
import type { Update } from "../host/progress.ts";
import type { Host } from "./host.ts";

export type BenchMicrok8s = {
  readonly paper: "microk8s";
  readonly days: number;
  readonly published: readonly PublishedDay[];
  readonly claims: readonly PublishedClaim[];
  readonly rows: readonly DayRow[];
  readonly againstHybrid: readonly DayDifference[];
  /** Of Kubernetes' HPA on the 30 days, picked in hindsight. */
  readonly frontier: readonly FrontierDay[];
  readonly settingsTried: number;
  readonly caveats: readonly string[];
};

type Days = readonly Float64Array[];

/** The MicroK8s thesis' 30-scenario validation, and Kubernetes' own HPA in the same simulator on the same days. */
export async function benchMicrok8s(host: Host): Promise<BenchMicrok8s> {
  const days = thesisSeeds.map(microk8sDay);
  const [thesisHpa, hybrid] = playThesis(days);
  const settings = microk8sGrid();
  const tried = await playGrid("play Kubernetes' HPA on the thesis' days", settings, days, host);
  const tuned = await tuneOnOtherDays(settings, host);
  const byName = new Map(tried.map((played) => [played.controller, played]));
  const rivals = [
    playAlike("Kubernetes' HPA, hpa:70", days, () => createExactHpa(thesisHpaSetting)),
    ...tuned.map(({ title, setting }) => ({ controller: `${title}: ${setting}`, days: byName.get(setting)!.days })),
    playAlike("foresight of one minute (the limit)", days, createForesight),
  ];
  const rng = createRng("bench-paper microk8s");
  const all = [thesisHpa, hybrid, ...rivals];
  return {
    paper: "microk8s",
    days: days.length,
    published: publishedDays,
    claims: publishedClaims,
    rows: all.map((played) => dayRow(played, rng.split(played.controller))),
    againstHybrid: againstHybrid(hybrid, [thesisHpa, ...rivals], rng.split("against the hybrid")),
    frontier: dayFrontier(tried),
    settingsTried: settings.length,
    caveats: microk8sCaveats,
  };
}

/** Seed of the start-up times, as in the thesis' script. */
const STARTUP_SEED = 42;

/** Both thesis controllers day by day from one stream of start-up times, in the order of the thesis' script. */
function playThesis(days: Days): readonly [PlayedDays, PlayedDays] {
  const startup = createNumpyRandom(STARTUP_SEED);
  const both = days.map((day) => ({
    hpa: playMicrok8sDay(day, createThesisHpa(), startup),
    hybrid: playMicrok8sDay(day, createThesisHybrid(), startup),
  }));
  return [
    { controller: "thesis HPA", days: both.map(({ hpa }) => hpa) },
    { controller: "thesis hybrid", days: both.map(({ hybrid }) => hybrid) },
  ];
}

function playAlike(controller: string, days: Days, create: (day: Float64Array) => MinuteController): PlayedDays {
  const startup: NumpyRandom = createNumpyRandom(STARTUP_SEED);
  return { controller, days: days.map((day) => playMicrok8sDay(day, create(day), startup)) };
}

async function playGrid(
  title: string,
  settings: readonly ExactHpaSetting[],
  days: Days,
  host: Host,
): Promise<PlayedDays[]> {
  return host.progress.step(title, async (update: Update) => {
    const played: PlayedDays[] = [];
    for (const setting of settings) {
      played.push(playAlike(nameOfSetting(setting), days, () => createExactHpa(setting)));
      update(played.length / settings.length, nameOfSetting(setting));
      await breathe();
      host.signal.throwIfAborted();
    }
    return played;
  });
}

type Tuned = { readonly title: string; readonly setting: string };

/** Settings as good as the hybrid in one measure and better in the other, picked on days that are not played here. */
async function tuneOnOtherDays(settings: readonly ExactHpaSetting[], host: Host): Promise<Tuned[]> {
  const days = otherSeeds.map(microk8sDay);
  const hybrid = playAlike("hybrid", days, createThesisHybrid);
  const frontier = dayFrontier(await playGrid("tune it on 30 other days", settings, days, host));
  const cheapest = cheapestWithin(frontier, meanOf(hybrid.days.map(({ violatingMinutes }) => violatingMinutes)));
  const best = bestWithin(frontier, meanOf(hybrid.days.map(({ dollars }) => dollars)));
  return [
    ...(cheapest === undefined ? [] : [{ title: "tuned to the hybrid's minutes", setting: cheapest.controller }]),
    ...(best === undefined ? [] : [{ title: "tuned to the hybrid's money", setting: best.controller }]),
  ];
}

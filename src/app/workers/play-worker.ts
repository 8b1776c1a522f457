import { answerJobs } from "../../host/worker-side.ts";
import { createPlayer } from "../evaluation/play-here.ts";
import type { PlayJob, PlaySetup } from "../evaluation/play-job.ts";

answerJobs((setup) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the pool of plays was started with
  const play = createPlayer(setup as PlaySetup);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- and what it sends
  return (job) => play(job as PlayJob);
});

import { answerJobs } from "../../host/worker-side.ts";
import { createPlayer } from "../evaluation/play-here.ts";
import type { PlayAnswer, PlayJob, PlaySetup } from "../evaluation/play-job.ts";

answerJobs<PlaySetup, PlayJob, PlayAnswer>(createPlayer);

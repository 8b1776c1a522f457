import { Worker, workerData } from "node:worker_threads";
import { type CrewMember, type CrewPlan, controlWords } from "./crew.ts";
import { reportFailure } from "./crew-side.ts";

const BEAT_EVERY_MS = 500;

/** Starts the threads of a crew. They work without a look at their event loops; this one only looks. */
function startMember(entry: URL, member: CrewMember): void {
  const lost = (error: unknown): void => {
    reportFailure(member, error);
    Atomics.store(member.control, controlWords.isLost, 1);
    Atomics.notify(member.control, controlWords.atWork);
  };
  const worker = new Worker(entry, { workerData: member });
  worker.on("error", lost);
  worker.on("exit", (code) => lost(new Error(`a thread ended by itself, with exit code ${code}`)));
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what startCrew passed
const { entry, members, control } = workerData as CrewPlan;
for (const member of members) startMember(new URL(entry), member);
setInterval(() => void Atomics.add(control, controlWords.beats, 1), BEAT_EVERY_MS);

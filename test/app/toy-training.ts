/** A training of the toy game in a process of its own, that goes on with what lies in its folder: `node toy-training.ts FOLDER`. */
import { openRunRecord } from "../../src/app/run-record.ts";
import { trainAll } from "../../src/app/train-loop.ts";
import { openRunFolder } from "../../src/host/run-folder.ts";
import { createPlainKernels } from "../../src/nn/plain.ts";
import { createTrainer } from "../../src/team/learn/ippo.ts";
import { defaultIppoOptions } from "../../src/team/learn/ippo-options.ts";
import { createValidator } from "../../src/team/learn/validation.ts";
import { createToyGame } from "../team/toy-game.ts";

const options = { ...defaultIppoOptions, totalSteps: 16 * 20 * 40, rolloutSteps: 20, hidden: [8], rolloutsPerEra: 5 };
const folder = openRunFolder(process.argv[2]!);
const resume = folder.read("snapshot.bin");
const kernels = createPlainKernels();
const trainer = createTrainer({ options, game: createToyGame(1), kernels, seed: 7, ...(resume && { resume }) });
const { network } = trainer.actor();
const validate = createValidator({ game: createToyGame(2), kernels, network, steps: 10 });
const loop = {
  trainer,
  record: openRunRecord(folder, trainer.iteration(), 3),
  validate: () => validate(trainer.actor().weights),
  encodeTeam: () => Buffer.from(trainer.actor().weights.buffer).toString("base64"),
};
await trainAll(loop, () => {}, new AbortController().signal);

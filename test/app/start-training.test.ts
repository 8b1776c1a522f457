import { Worker } from "node:worker_threads";
import { expect, test, vi } from "vitest";
import { readInputs } from "../../src/app/inputs.ts";
import { startTraining } from "../../src/app/start-training.ts";
import { kubernetesTiming } from "../../src/control/loop/timing.ts";
import { packagePath } from "../../src/host/package-files.ts";
import { defaultIppoOptions } from "../../src/team/learn/ippo-options.ts";
import { declaredCalibration } from "../../src/twin/calibrate/calibration.ts";

test("a training that is refused at its start leaves no thread behind", async () => {
  const inputs = readInputs({ cwd: "/", topology: packagePath("topologies/karma-two-services.json") });
  const calibration = declaredCalibration(inputs.topology, kubernetesTiming);
  const spec = {
    request: { inputs, timeScale: 1, volumePerS: 100, kappa: 40 },
    measures: { calibration, headroom: 1.2, meanRatePerS: 100 },
    environments: 32,
    options: { ...defaultIppoOptions, totalSteps: 32 * 4, rolloutSteps: 4, hidden: [8] },
    seed: 1,
    backEnd: "plain",
    workers: 2,
  } as const;
  const ended = vi.spyOn(Worker.prototype, "terminate");
  await expect(startTraining(spec, new Uint8Array())).rejects.toThrow("the training state cannot be read: it is empty");
  // One crew plays, one computes gradients; each has a thread that starts the others.
  expect(ended).toHaveBeenCalledTimes(2);
});

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openEventFile } from "../../src/host/event-file.ts";
import { createFolder } from "./folder.ts";

const venv = fileURLToPath(new URL("../../node_modules/.cache/karma-python/bin/python", import.meta.url));
const candidates = [process.env["KARMA_PYTHON"], venv, "python3"].filter((one) => one !== undefined);
const python = candidates.find(
  (one) => spawnSync(one, ["-c", "import tensorboard.backend.event_processing"]).status === 0,
);

const reader = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1])
events.Reload()
tags = events.Tags()["scalars"]
print(json.dumps({tag: [[one.step, one.value] for one in events.Scalars(tag)] for tag in tags}))
`;

test("TensorBoard itself reads what was written", (context) => {
  const why = "NOT CHECKED: no Python with tensorboard; KARMA_PYTHON names one, or pip install tensorboard";
  if (python === undefined) {
    console.warn(why);
    return context.skip(why);
  }
  const folder = createFolder();
  const file = openEventFile(join(folder, "events.out.tfevents.karma"));
  for (const step of [10_240, 20_480]) file.add(step, { "training/reward": step / -1_024, "learning/entropy": 2.5 });
  expect(existsSync(folder)).toBe(true);
  const read = execFileSync(python, ["-c", reader, folder], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  expect(JSON.parse(read)).toEqual({
    "training/reward": [
      [10_240, -10],
      [20_480, -20],
    ],
    "learning/entropy": [
      [10_240, 2.5],
      [20_480, 2.5],
    ],
  });
});

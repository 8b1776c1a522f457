import { benchBackEnds } from "./back-ends.ts";
import { benchBridge } from "./bridge.ts";
import { benchEnv } from "./env.ts";
import { benchLearn } from "./learn.ts";
import { benchLoop } from "./learn-loop.ts";
import { benchLearnPeers } from "./learn-peers.ts";
import { benchWorkers } from "./learn-workers.ts";
import { benchMock } from "./mock.ts";
import type { BenchRow } from "./row.ts";
import { benchTwin } from "./twin.ts";
import { benchTwinFidelity } from "./twin-fidelity.ts";
import { benchTwinRequests } from "./twin-requests.ts";

/** Each measures one thing against a peer, in the same run. */
const BENCHES: Readonly<Record<string, (progress: (line: string) => void) => Promise<readonly BenchRow[]>>> = {
  "back-ends": benchBackEnds,
  bridge: benchBridge,
  env: async (progress) => [...(await benchEnv(progress)), ...(await benchBridge(progress))],
  learn: async (progress) => [
    // First what works on 32-bit numbers alone, as one training does: engines optimise code less that is used for both widths.
    ...(await benchLoop(progress)),
    ...(await benchWorkers(progress)),
    ...(await benchLearnPeers(progress)),
    ...(await benchLearn(progress)),
  ],
  mock: benchMock,
  twin: benchTwin,
  "twin-fidelity": (progress) => benchTwinFidelity(progress, args.includes("--pods") ? { groups: 2 } : undefined),
  "twin-requests": benchTwinRequests,
};

const args = process.argv.slice(2);
const names = args.filter((arg) => !arg.startsWith("--"));
const unknown = names.filter((name) => !Object.hasOwn(BENCHES, name));
if (names.length === 0 || unknown.length > 0) {
  console.error(`usage: npm run bench -- NAME ... [--json] [--pods], NAME one of: ${Object.keys(BENCHES).join(", ")}`);
  process.exit(1);
}

const rows: BenchRow[] = [];
for (const name of names) rows.push(...(await BENCHES[name]!((line) => console.error(line))));
console.log(args.includes("--json") ? JSON.stringify(rows, null, 2) : tableOf(rows));

function tableOf(table: readonly BenchRow[]): string {
  const cells = table.map(({ name, value, unit, peer, ratio, target }) => [
    name,
    `${value.toPrecision(4)} ${unit}`,
    `${peer.toPrecision(4)} ${unit}`,
    ratio.toFixed(3),
    target,
  ]);
  const lines = [["name", "value", "peer", "ratio", "target"], ...cells];
  const widths = lines[0]!.map((_head, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column]!)).join("  ")).join("\n");
}

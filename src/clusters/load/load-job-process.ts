// Entry point of the load generator in a pod: `node load-job-process.ts SPEC`, with what packSpec gives. The result is the last
// line of its log. Which files travel with it says `src/clusters/kubernetes/load/program.ts`.
import { readFileSync } from "node:fs";
import { resultLine, unpackSpec } from "./load-codec.ts";
import { runLoad } from "./run-load.ts";

process.on("SIGTERM", () => process.exit(1));

const spec = unpackSpec(readFileSync(process.argv[2] ?? "spec.json.gz"));
const result = await runLoad(spec, ({ sent, total }) => console.log(`${sent} of ${total} requests sent`));
console.log(resultLine(result));

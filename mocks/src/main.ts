import { enableCompileCache } from "node:module";

// Whoever started this replica is gone: so is the replica, at once, whatever it was doing.
process.on("disconnect", () => process.exit(0));
// Until the server runs there is nothing to drain.
process.on("SIGTERM", () => process.exit(0));

// Many replicas start at the same time on few cores: compiled code is shared between them. The rest is imported
// after this line, because only then is it cached.
enableCompileCache();
const { run } = await import("./run.ts");
await run(process.argv[2], process.env);

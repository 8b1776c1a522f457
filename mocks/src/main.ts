import { enableCompileCache } from "node:module";

// Many replicas start at the same time on few cores: compiled code is shared between them. The rest is imported
// after this line, because only then is it cached.
enableCompileCache();
const { run } = await import("./run.ts");
await run(process.argv[2], process.env);

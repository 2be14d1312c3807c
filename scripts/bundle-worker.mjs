// Makes one file each of what a plugin's thread and process load: forty small ones take longer to find than to run.
// They take the place of what tsc has written, and do the same. Packages stay imports.
//
// A process and its watchdog begin as CommonJS modules: Node has read such a one long before it would have an ES module,
// and without libuv's pool, so that the watchdog starts whatever the plugin beside it does.
import { rmSync } from "node:fs";
import { build } from "esbuild";

/** What a process begins with: its main thread, and its watchdog. */
const COMMON_JS = ["worker/process-main", "worker/process/watchdog"];

const common = {
  outbase: "src",
  outdir: "dist/src",
  bundle: true,
  packages: "external",
  platform: "node",
  target: "node20.19",
  sourcemap: true,
  logLevel: "warning",
};

await build({ ...common, format: "esm", entryPoints: ["src/worker/main.ts"] });
await build({
  ...common,
  format: "cjs",
  outExtension: { ".js": ".cjs" },
  entryPoints: COMMON_JS.map((name) => `src/${name}.ts`),
});
// What tsc has written in their place cannot run.
for (const name of COMMON_JS)
  for (const end of [".js", ".js.map"]) rmSync(`dist/src/${name}${end}`, { force: true });

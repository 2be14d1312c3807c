// Makes one file each of what a plugin's thread and process load: forty small ones take longer to find than to run.
// They take the place of what tsc has written, and do the same. Packages stay imports, but for the contract: a plugin of
// ours has in it what it uses of that, and needs no package of the host.
//
// A process and its watchdog begin as CommonJS modules: Node has read such a one long before it would have an ES module,
// and without libuv's pool, so that the watchdog starts whatever the plugin beside it does.
import { readdirSync, rmSync } from "node:fs";
import { build } from "esbuild";

/** What a process begins with: its main thread, and its watchdog. */
const COMMON_JS = ["worker/process-main", "worker/process/watchdog"];

const common = {
  bundle: true,
  packages: "external",
  platform: "node",
  target: "node20.19",
  sourcemap: true,
  logLevel: "warning",
};

const own = { ...common, outbase: "src", outdir: "dist/src" };
await build({
  ...own,
  format: "esm",
  // The contract is what plugins of others load beside it.
  entryPoints: ["src/worker/main.ts", "src/contract/plugin.ts"],
});
await build({
  ...own,
  format: "cjs",
  outExtension: { ".js": ".cjs" },
  entryPoints: COMMON_JS.map((name) => `src/${name}.ts`),
});
// What tsc has written in their place cannot run.
for (const name of COMMON_JS)
  for (const end of [".js", ".js.map"]) rmSync(`dist/src/${name}${end}`, { force: true });
for (const name of readdirSync("plugins")) {
  const folder = `plugins/${name}`;
  await build({
    ...common,
    format: "esm",
    entryPoints: [`${folder}/src/main.ts`],
    outdir: `${folder}/dist`,
    tsconfig: `${folder}/tsconfig.json`,
  });
}

// Makes one file each of what a plugin's thread and process load: forty small ones take longer to find than to run.
// They take the place of what tsc has written, and do the same. Packages stay imports.
//
// The watchdog is a CommonJS module, which Node reads at once, without libuv's pool: it must start whatever the plugin
// beside it does.
import { build } from "esbuild";

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

await build({ ...common, format: "esm", entryPoints: ["src/worker/main.ts", "src/worker/process-main.ts"] });
await build({
  ...common,
  format: "cjs",
  outExtension: { ".js": ".cjs" },
  entryPoints: ["src/worker/process/watchdog.ts"],
});

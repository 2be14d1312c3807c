import { fileURLToPath } from "node:url";

/** Beyond any pause of a busy machine: no call of a run may end by its deadline. */
const CALL_LIMIT = "10s";
/** As much for a start. */
const START_LIMIT = "60s";

/** A configuration of one plugin, map-plugin.ts, without a near cache. */
export function mapConfig(isolation: "thread" | "process"): object {
  return {
    plugins: {
      map: {
        module: fileURLToPath(new URL("../fixtures/map-plugin.js", import.meta.url)),
        isolation,
        startup: "required",
        limits: { call: CALL_LIMIT, start: START_LIMIT },
      },
    },
    storage: { plugin: "map" },
    near: false,
  };
}

import { randomBytes } from "node:crypto";
import { openStockpile } from "../hosted/open-hosted.js";
import type { HostedPlugin } from "../hosted/open-hosted.js";
import { moduleUrl } from "../module-url.js";
import type { CheckSubject } from "../run-check.js";
import { writeWrapperModule } from "../wrap/wrapper-module.js";
import { FAULT_CALL_MS, FAULT_HANG_MS, FAULT_MEMORY_MB } from "./fault.js";
import type { FaultCheck } from "./fault-checks.js";
import { FaultyHost } from "./faulty-host.js";

const FAULTY_PLUGIN = new URL("faulty-plugin.js", import.meta.url);

/** Runs one check of faults: the plugin with faults around its backend, under a Stockpile, on a store of its own. */
export async function runFaultCheck(
  check: FaultCheck,
  plugin: HostedPlugin,
  { parameters: ask, cleanUp, promises }: Omit<CheckSubject, "openLife">,
): Promise<void> {
  const memoryMb = Number(plugin.limits?.["memoryMb"] ?? FAULT_MEMORY_MB);
  const limits = { ...plugin.limits, call: FAULT_CALL_MS, hang: FAULT_HANG_MS, memoryMb };
  const wrapper = await writeWrapperModule(moduleUrl(plugin.plugin), FAULTY_PLUGIN);
  const parameters = await ask();
  try {
    const stockpile = await openStockpile({ ...plugin, plugin: wrapper.file, limits }, parameters);
    try {
      const host = new FaultyHost(stockpile, `kit-${randomBytes(4).toString("hex")}`, promises.persists);
      await check.run(host, { memoryMb, maxValueBytes: promises.maxValueBytes });
    } finally {
      await stockpile.close();
    }
  } finally {
    await wrapper.remove();
    await cleanUp?.(parameters);
  }
}

import { randomBytes } from "node:crypto";
import { openStockpile } from "../hosted/open-hosted.js";
import type { HostedPlugin } from "../hosted/open-hosted.js";
import { moduleUrl } from "../module-url.js";
import type { CheckSubject } from "../run-check.js";
import { writeWrapperModule } from "../wrap/wrapper-module.js";
import { FAULT_CALL_MS, FAULT_HANG_MS, FAULT_MEMORY_MB } from "./fault.js";
import type { FaultCheck } from "./fault-checks.js";
import { FaultyHost } from "./faulty-host.js";
import { Ledger } from "./ledger.js";

const FAULTY_PLUGIN = new URL("faulty-plugin.js", import.meta.url);

/**
 * Runs one check of faults: the plugin with faults around its backend, under a Stockpile, on a store of its own. What was
 * acknowledged is looked for in that Stockpile, and in another one that knows nothing of what was done.
 */
export async function runFaultCheck(
  check: FaultCheck,
  plugin: HostedPlugin,
  { parameters: ask, cleanUp, promises }: Omit<CheckSubject, "openLife">,
): Promise<void> {
  const memoryMb = Number(plugin.limits?.["memoryMb"] ?? FAULT_MEMORY_MB);
  const limits = { ...plugin.limits, call: FAULT_CALL_MS, hang: FAULT_HANG_MS, memoryMb };
  const wrapper = await writeWrapperModule(moduleUrl(plugin.plugin), FAULTY_PLUGIN);
  const parameters = await ask();
  const category = `kit-${randomBytes(4).toString("hex")}`;
  const ledger = new Ledger();
  const withHost = async (use: (host: FaultyHost) => Promise<void>): Promise<void> => {
    const stockpile = await openStockpile({ ...plugin, plugin: wrapper.file, limits }, parameters);
    try {
      await use(new FaultyHost(stockpile, category, ledger));
    } finally {
      await stockpile.close();
    }
  };
  const after = `the fault "${check.title}"`;
  const { persists, maxValueBytes } = promises;
  try {
    await withHost(async (host) => {
      await check.run(host, { memoryMb, maxValueBytes });
      const isKept = persists || host.plugin.lives === 1;
      await ledger.expectKept({ get: (key) => host.get(key), after, isKept, isSameHost: true });
    });
    await withHost((host) =>
      ledger.expectKept({ get: (key) => host.get(key), after, isKept: persists, isSameHost: false }),
    );
  } finally {
    await wrapper.remove();
    await cleanUp?.(parameters);
  }
}

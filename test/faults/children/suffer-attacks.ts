/** A host that suffers one attack after the other and says after each how it fares, a line of JSON per attack. */
import { Stage } from "../../support/stage.js";
import { until } from "../../support/until.js";

/** What an attack came to. */
export interface AttackReport {
  readonly name: string;
  readonly kind?: string;
  readonly message?: string;
  /** From the attack until the plugin was serving again. */
  readonly recoveredMs: number;
  /** What is not as it was before. */
  readonly dirty: readonly string[];
  /** What the steady plugin answered, calls made meanwhile and thereafter. */
  readonly steady: { readonly calls: number; readonly failed: number; readonly slowestMs: number };
}

interface Input {
  readonly attacks: readonly string[];
  /** Whether the plugin is to be ended for it. */
  readonly ends: boolean;
}

const HOSTILE = new URL("../../fixtures/hostile.js", import.meta.url).href;
/** How long a plugin that is not to be ended is looked at, in ms: longer than the longest attack and its aftermath. */
const AFTERMATH_MS = 1200;
const { attacks, ends } = JSON.parse(process.argv[2] ?? "") as Input;

const PRISTINE = [Object.prototype, Function.prototype, Array.prototype, globalThis].map(
  (object) => [object, Reflect.ownKeys(object).map(String).join()] as const,
);

const stage = await Stage.open({ module: HOSTILE, limits: { call: "1s", hang: "30s", memoryMb: 4096 } });
await stage.steady.set("key", "value");
for (const name of attacks) console.log(JSON.stringify(await suffer(name)));
await stage.close();

async function suffer(name: string): Promise<AttackReport> {
  const { lives } = stage.plugin();
  let [calls, failed, slowestMs, isOver] = [0, 0, 0, false];
  const beside = (async () => {
    for (;;) {
      const askedAt = performance.now();
      const { source } = await stage.steady.lookup("key");
      slowestMs = Math.max(slowestMs, performance.now() - askedAt);
      calls += 1;
      if (source !== "backend") failed += 1;
      if (isOver) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  const startedAt = performance.now();
  // Piscina numbers the tasks of a process: the latest is that of the latest life of all.
  const taskId = lives + stage.plugin("steady").lives - 1;
  await stage.lenient.get(`attack:${name}:${taskId}`);
  // An attack that falsifies replies shows with the next one.
  if (ends) void stage.lenient.get("plain");
  if (ends) await until(`another life after ${name}`, () => stage.plugin().lives > lives);
  else await new Promise((resolve) => setTimeout(resolve, AFTERMATH_MS));
  await until(`${name} to be over`, () => stage.plugin().state === "ready");
  const recoveredMs = performance.now() - startedAt;
  await stage.lenient.get("plain");
  isOver = true;
  await beside;
  const { lastFailure } = stage.plugin();
  const isNew = stage.plugin().lives > lives;
  return {
    name,
    ...(isNew && lastFailure !== undefined ? { kind: lastFailure.kind, message: lastFailure.message } : {}),
    recoveredMs,
    dirty: PRISTINE.filter(([object, keys]) => Reflect.ownKeys(object).map(String).join() !== keys).map(
      String,
    ),
    steady: { calls, failed, slowestMs },
  };
}

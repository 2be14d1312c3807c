import type { EntryKey } from "../../../src/contract/backend.js";
import type { PluginConfig } from "../../../src/host/config/config.js";
import type { BackendClient } from "../../../src/host/plugins/backend-client.js";
import type { PluginEvent, ReloadEvent } from "../../../src/host/plugins/plugin-health.js";
import { PluginSupervisor } from "../../../src/host/plugins/supervisor.js";
import type { FakeLife } from "./fake-life.js";
import { makeConfig, makeStorage } from "./make-config.js";
import { makeHost } from "./make-services.js";
import type { FakeHost } from "./make-services.js";

/** Longer than any sweep of deadlines is late, in ms. */
export const LATE_MS = 20;
export const KEY: EntryKey = { category: "player", key: "k" };

export interface Harness extends FakeHost {
  readonly supervisor: PluginSupervisor;
  readonly events: PluginEvent[];
  readonly reloads: ReloadEvent[];
  readonly client: BackendClient;
  /** What was reported as changed, and by which backend. */
  readonly invalidated: unknown[][];
  /** What else is to happen at an event. */
  onEvent: (event: PluginEvent) => void;
  readonly host: FakeHost;
  /** The life begun last. */
  readonly life: () => FakeLife;
  readonly states: () => string[];
}

export function makeSupervisor(config: Partial<PluginConfig> = {}, secrets: readonly string[] = []): Harness {
  const host = makeHost(secrets);
  const events: PluginEvent[] = [];
  const reloads: ReloadEvent[] = [];
  const invalidated: unknown[][] = [];
  const supervisor = new PluginSupervisor({
    config: makeConfig(config),
    services: host.services,
    onEvent: (event) => {
      events.push(event);
      harness.onEvent(event);
    },
    onReload: (event) => void reloads.push(event),
    onInvalidate: (...report) => void invalidated.push(report),
  });
  const client = supervisor.backend(makeStorage(), "storage");
  const life = (): FakeLife => {
    const last = host.lives.at(-1);
    if (last === undefined) throw new Error("no life was begun");
    return last;
  };
  const states = (): string[] => events.map(({ state }) => state);
  const onEvent = (): void => {};
  const harness: Harness = {
    ...host,
    host,
    supervisor,
    events,
    reloads,
    invalidated,
    client,
    life,
    states,
    onEvent,
  };
  return harness;
}

/** How a promise stands, looked at without waiting. */
export function follow(promise: Promise<unknown>): { state: string; error?: unknown } {
  const followed: { state: string; error?: unknown } = { state: "pending" };
  promise.then(
    () => Object.assign(followed, { state: "resolved" }),
    (error: unknown) => Object.assign(followed, { state: "rejected", error }),
  );
  return followed;
}

/** Closes, and checks that nothing is left behind. */
export async function closeWhole(
  t: { is(actual: unknown, expected: unknown): unknown },
  harness: Harness,
): Promise<void> {
  const closing = follow(harness.supervisor.close());
  await harness.clock.advance(10_000);
  t.is(closing.state, "resolved");
  t.is(harness.supervisor.state, "stopped");
  t.is(harness.clock.pending, 0);
  for (const life of harness.lives) t.is(life.isEnded, true);
}

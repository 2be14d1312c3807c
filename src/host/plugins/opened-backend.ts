/** A backend that is open in one life of its plugin, whatever part that life plays. */
import type { EntryKey } from "../../contract/backend.js";
import { Operation } from "../../contract/call-frames.js";
import type { CallObserver } from "../calls/call.js";
import type { PluginSession } from "./session.js";

/** Where a probe looks: a category no configuration can name. */
const PROBE_KEY: EntryKey = { category: "_stockpile", key: "probe" };

export interface OpenedBackend {
  readonly session: PluginSession;
  readonly handle: number;
  readonly backendId: string;
  /** The optional methods it has. */
  readonly abilities: ReadonlySet<string>;
}

/**
 * Opens a backend in a life, under that number.
 * @throws {PluginLoadError} its factory failed, or was not done in time.
 */
export async function openBackend(
  session: PluginSession,
  handle: number,
  backendId: string,
  parameters: unknown,
): Promise<OpenedBackend> {
  const abilities = await session.openBackend(handle, backendId, parameters);
  return { session, handle, backendId, abilities: new Set(abilities) };
}

/** Asks a backend for a sign of life: by `ping` where it has one, else by the read of a key. Rejects with what it failed with. */
export async function askForLife(
  opened: OpenedBackend,
  callMs: number,
  observer: CallObserver,
): Promise<void> {
  await send(opened, opened.abilities.has("ping") ? Operation.ping : Operation.get, callMs, observer);
}

/**
 * Has a backend prove that it serves, before anything is sent to it: by `ping` where it has one, and by a read.
 * Rejects with what it failed with.
 */
export async function proveBackend(opened: OpenedBackend, callMs: number): Promise<void> {
  // What it answers here says nothing of the backend that serves meanwhile.
  const observer: CallObserver = { backendId: opened.backendId, succeeded: ignore, failed: ignore };
  if (opened.abilities.has("ping")) await send(opened, Operation.ping, callMs, observer);
  await send(opened, Operation.get, callMs, observer);
}

async function send(
  { session, handle }: OpenedBackend,
  operation: typeof Operation.ping | typeof Operation.get,
  callMs: number,
  observer: CallObserver,
): Promise<void> {
  const { category, key } = PROBE_KEY;
  const request = { operation, handle, category, subject: key, bytes: key.length, observer };
  await session.channel.send(request, callMs);
}

function ignore(): void {}

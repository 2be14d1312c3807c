/**
 * A life that is prepared beside the one that serves: initialised, its backends opened. It serves nothing until it
 * takes over, which takes no time.
 */
import type { StockpileError } from "../../contract/errors.js";
import type { PluginConfig } from "../config/config.js";
import type { BackendClient } from "./backend-client.js";
import { proveBackend, type OpenedBackend } from "./opened-backend.js";
import type { PluginSession } from "./session.js";

export class Candidate {
  readonly session: PluginSession;
  /** What it was begun with. */
  readonly config: PluginConfig;
  /** When it was asked for, monotonic. */
  readonly startedAt: number;
  readonly #opened = new Map<BackendClient, OpenedBackend>();
  readonly #proven = new Set<BackendClient>();

  constructor(session: PluginSession, config: PluginConfig, startedAt: number) {
    this.session = session;
    this.config = config;
    this.startedAt = startedAt;
  }

  /**
   * Opens a backend in it and has it prove that it serves.
   * @throws {StockpileError} it did not open, or its proof failed: what it failed with.
   */
  async prepare(client: BackendClient): Promise<void> {
    const opened = await client.openBeside(this.session);
    this.#opened.set(client, opened);
    await proveBackend(opened, this.config.limits.callMs);
    this.#proven.add(client);
  }

  /**
   * Serves these from now on; no call finds none of the two lives.
   * @param isProven Whether what has proved itself counts as serving without being asked again.
   */
  takeOver(clients: readonly BackendClient[], isProven: boolean): void {
    for (const client of clients)
      client.adopt(this.session, this.#opened.get(client), isProven && this.#proven.has(client));
  }
}

/** What kept a backend of a candidate from being opened, or from proving itself. */
export interface PreparationFailure {
  readonly client: BackendClient;
  readonly error: StockpileError;
}

/** Prepares all of these; answers those that failed, in their order. Never rejects. */
export async function prepareAll(
  candidate: Candidate,
  clients: readonly BackendClient[],
): Promise<PreparationFailure[]> {
  const results = await Promise.allSettled(clients.map((client) => candidate.prepare(client)));
  candidate.session.endStart();
  return clients.flatMap((client, index) => {
    const result = results[index];
    // Opening and calls reject with nothing else.
    return result?.status === "rejected" ? [{ client, error: result.reason as StockpileError }] : [];
  });
}

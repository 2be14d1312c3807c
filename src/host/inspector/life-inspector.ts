/** The inspector of one life, as the host offers it to debuggers. */
import type { Logger } from "pino";
import { logSafely } from "../logs/log-safely.js";
import { InspectorRelay } from "./inspector-relay.js";
import { awaitTurn } from "./port-turns.js";

export interface LifeInspectorOptions {
  /** Where it is to be reached; 0: on any free port. */
  readonly port: number;
  readonly logger: Logger;
}

export class LifeInspector {
  readonly #options: LifeInspectorOptions;
  #url: string | undefined;
  #isClosed = false;
  #end: (() => void) | undefined;
  /** That of the inspector it said last. */
  #relay: InspectorRelay | undefined;

  constructor(options: LifeInspectorOptions) {
    this.#options = options;
  }

  /** Where a debugger attaches; `undefined` while it cannot. */
  get url(): string | undefined {
    return this.#url;
  }

  /**
   * The life says where its inspector listens, or `undefined` once it is about to end. Answers false where that is no
   * address of an inspector here, or the life has said one before.
   */
  offer(address: unknown): boolean {
    if (address === undefined) {
      this.close();
      return true;
    }
    const target = readAddress(address);
    if (target === undefined || this.#end !== undefined) return false;
    if (this.#isClosed) return true;
    const relay = new InspectorRelay(target.port);
    this.#relay = relay;
    const listen = (): void => void this.#listen(relay, target.id);
    const { port } = this.#options;
    const leave = port === 0 ? undefined : awaitTurn(port, listen);
    if (leave === undefined) listen();
    this.#end = () => {
      relay.close();
      leave?.();
    };
    return true;
  }

  /** The life begins anew, with another inspector: debuggers of the former one are cut off. */
  renew(): void {
    this.#url = undefined;
    this.#end?.();
    this.#end = undefined;
    this.#relay = undefined;
  }

  /** Cuts debuggers off. The life may not have said anything yet, and is not heard from now on. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#url = undefined;
    this.#end?.();
  }

  async #listen(relay: InspectorRelay, id: string): Promise<void> {
    const { port, logger } = this.#options;
    try {
      const bound = await relay.listen(port);
      if (this.#isClosed || this.#relay !== relay) return;
      const inspectorUrl = `ws://127.0.0.1:${bound}/${id}`;
      this.#url = inspectorUrl;
      logSafely(() =>
        logger.info(
          { inspectorUrl },
          "A debugger may attach: whoever reaches this address controls the plugin",
        ),
      );
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const why = code === "EADDRINUSE" ? "it is in use by another program" : String(error);
      if (!this.#isClosed)
        logSafely(() => logger.warn({ port }, `No debugger can attach on port ${port}: ${why}`));
    }
  }
}

/** An address as Node gives them to inspectors. It came from the plugin. */
function readAddress(address: unknown): { readonly port: number; readonly id: string } | undefined {
  if (typeof address !== "string" || address.length > MAX_ADDRESS_CHARACTERS) return undefined;
  const [, port, id] = /^ws:\/\/127\.0\.0\.1:(\d{1,5})\/([0-9a-f-]{36})$/.exec(address) ?? [];
  if (port === undefined || id === undefined || Number(port) > MAX_PORT) return undefined;
  return { port: Number(port), id };
}

const MAX_ADDRESS_CHARACTERS = 100;
const MAX_PORT = 65_535;

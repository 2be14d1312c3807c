/** What the server tells, kept up to date while somebody looks. */
import { appendHistory, NO_CURVES } from "../curves/append-history.js";
import type { Curves } from "../curves/append-history.js";
import { Store } from "./store.js";
import { read } from "./request.js";
import type { HistoryView, PublicHealth, ServerStatus } from "./wire.js";

/** What was read last. */
export interface ServerData {
  readonly health: PublicHealth;
  readonly status: ServerStatus;
  /** Names of the categories that the configuration has, or that are in use. */
  readonly categories: readonly string[];
}

/** How it stands with the server. */
export interface Connection {
  /** `undefined`: it answers, or has not been asked yet. */
  readonly lostSince: number | undefined;
  /** Why it does not. */
  readonly reason: string;
}

/** Between two questions, in ms: as often as the server's figures change. */
const INTERVAL_MS = 1000;

/** Asks the server once a second while the page is seen, and at once when {@link refresh} is called. */
export class ServerDataSource {
  readonly data: Store<ServerData | undefined> = new Store<ServerData | undefined>(undefined);
  readonly curves: Store<Curves> = new Store<Curves>(NO_CURVES);
  readonly connection: Store<Connection> = new Store<Connection>({ lostSince: undefined, reason: "" });
  #timer: number | undefined;
  #isAsking = false;
  /** Something has happened while the server was being asked: what it answers may be older. */
  #isStale = false;

  /** Begins to ask, and goes on for as long as the page is open. */
  begin(): void {
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.refresh();
    });
    this.refresh();
  }

  /** Asks now, or once more when what is under way has been answered. */
  refresh(): void {
    if (this.#isAsking) this.#isStale = true;
    else void this.#ask();
  }

  async #ask(): Promise<void> {
    window.clearTimeout(this.#timer);
    this.#isAsking = true;
    this.#isStale = false;
    try {
      await this.#read();
      this.connection.set({ lostSince: undefined, reason: "" });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.connection.set({ lostSince: this.connection.value.lostSince ?? Date.now(), reason });
    }
    this.#isAsking = false;
    if (this.#isStale) void this.#ask();
    else this.#timer = window.setTimeout(() => this.#askIfSeen(), INTERVAL_MS);
  }

  /** A page that nobody sees asks nothing; it does once it is seen. */
  #askIfSeen(): void {
    if (!document.hidden) void this.#ask();
  }

  async #read(): Promise<void> {
    const { last } = this.curves.value;
    const after = last === undefined ? "" : `?after=${encodeURIComponent(last)}`;
    const [health, status, { configured }, history] = await Promise.all([
      read<PublicHealth>("health", 503),
      read<ServerStatus>("api/status"),
      read<{ readonly configured: readonly string[] }>("api/categories"),
      read<HistoryView>(`api/history${after}`),
    ]);
    const names = new Set([...configured, ...health.categories.map(({ name }) => name)]);
    this.data.set({ health, status, categories: [...names].toSorted() });
    this.curves.set(appendHistory(this.curves.value, history));
  }
}

/** In which state a plugin is, since when, and what was the last that went wrong; tells of every change. */
import type { Clock } from "../clock.js";
import { describeState } from "./describe-state.js";
import type { PluginFailure } from "./plugin-failure.js";
import type { PluginEvent, PluginState } from "./plugin-health.js";

export class PluginStatus {
  lastFailure: PluginFailure | undefined;
  readonly #plugin: string;
  readonly #clock: Clock;
  readonly #onEvent: (event: PluginEvent) => void;
  #state: PluginState = "starting";
  #since: number;

  constructor(plugin: string, clock: Clock, onEvent: (event: PluginEvent) => void) {
    this.#plugin = plugin;
    this.#clock = clock;
    this.#onEvent = onEvent;
    this.#since = clock.now();
  }

  get state(): PluginState {
    return this.#state;
  }

  /** Milliseconds since the epoch. */
  get since(): number {
    return this.#since;
  }

  /** Why the plugin serves nothing now, for the end of a message. */
  describe(): string {
    return describeState(this.#plugin, this.#state, this.lastFailure);
  }

  /** Whoever hears of it may steer the plugin at once. */
  become(state: PluginState, cause: Pick<PluginEvent, "failure" | "reason"> = {}): void {
    const previous = this.#state;
    if (previous === state) return;
    this.#state = state;
    this.#since = this.#clock.now();
    this.#onEvent({ plugin: this.#plugin, state, previous, at: this.#since, ...cause });
  }
}

/** `/health`, `/livez` and `/readyz`. None of them waits for a plugin. */
import type { Stockpile } from "../host/main.js";
import { jsonResponse } from "./http-message.js";
import type { HttpResponse } from "./http-message.js";

/** Answers for the health of a Stockpile and of the server around it. */
export class HealthResource {
  readonly #stockpile: Stockpile;
  readonly #isClosing: () => boolean;

  constructor(stockpile: Stockpile, isClosing: () => boolean) {
    this.#stockpile = stockpile;
    this.#isClosing = isClosing;
  }

  /** Everything known; 503 when down, with the same body. */
  health(): HttpResponse {
    const health = this.#stockpile.health();
    return jsonResponse(health.status === "down" ? 503 : 200, health);
  }

  /** 200 as long as the process can answer at all: a plugin's trouble is no reason to restart the server. */
  livez(): HttpResponse {
    return jsonResponse(200, { status: "ok" });
  }

  /** 200 while requests should be sent here: degraded is still ready, because the cache answers. */
  readyz(): HttpResponse {
    if (this.#isClosing()) return jsonResponse(503, { status: "closing" });
    const { status } = this.#stockpile.health();
    return jsonResponse(status === "down" ? 503 : 200, { status });
  }
}

/** What is measured of requests and calls as they are served. */
import { Counter, Histogram, Registry } from "prom-client";

/** A request over HTTP that has been answered. */
export interface ServedRequest {
  readonly method: string;
  /** Its route, as in `/cache/{category}/{key}`; never its path. */
  readonly route: string;
  readonly status: number;
  /** Until its answer began. */
  readonly elapsedMs: number;
}

/** A call over gRPC that has ended. */
export interface ServedCall {
  /** As in `rpc.ProfileService/GetId`. */
  readonly method: string;
  /** As in `NOT_FOUND`. */
  readonly status: string;
  /** `undefined`: a stream, which takes as long as its client likes. */
  readonly elapsedMs: number | undefined;
}

const MS_PER_SECOND = 1000;
/** In seconds. What is in the near cache takes less than the first, what Mojang is asked for up to its deadline of some. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Others are counted together: a client may send any word. */
const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"]);

/**
 * Counts since the start of the server. What its labels may be is bounded by what the server serves: no client can add to
 * them.
 */
export class RequestMetrics {
  readonly #registry = new Registry();
  readonly #requests = new Counter({
    name: "stockpile_http_requests_total",
    help: "Requests over HTTP by method, route and status",
    labelNames: ["method", "route", "status"],
    registers: [this.#registry],
  });
  readonly #requestSeconds = new Histogram({
    name: "stockpile_http_request_duration_seconds",
    help: "How long requests over HTTP took until their answer began",
    labelNames: ["method", "route"],
    buckets: BUCKETS,
    registers: [this.#registry],
  });
  readonly #calls = new Counter({
    name: "stockpile_grpc_calls_total",
    help: "Calls over gRPC by method and status; streams are counted when they end",
    labelNames: ["method", "status"],
    registers: [this.#registry],
  });
  readonly #callSeconds = new Histogram({
    name: "stockpile_grpc_call_duration_seconds",
    help: "How long calls over gRPC took, streams apart",
    labelNames: ["method"],
    buckets: BUCKETS,
    registers: [this.#registry],
  });

  /** Counts a request over HTTP. */
  noteRequest({ method, route, status, elapsedMs }: ServedRequest): void {
    const known = METHODS.has(method) ? method : "other";
    this.#requests.inc({ method: known, route, status });
    this.#requestSeconds.observe({ method: known, route }, elapsedMs / MS_PER_SECOND);
  }

  /** Counts a call over gRPC. */
  noteCall({ method, status, elapsedMs }: ServedCall): void {
    this.#calls.inc({ method, status });
    if (elapsedMs !== undefined) this.#callSeconds.observe({ method }, elapsedMs / MS_PER_SECOND);
  }

  /** In the text format of Prometheus. */
  render(): Promise<string> {
    return this.#registry.metrics();
  }
}

import type { StockpileError } from "../../../src/contract/errors.js";
import { Operation } from "../../../src/contract/call-frames.js";
import type { CallObserver, CallRequest } from "../../../src/host/calls/call.js";

/** An observer that keeps what it hears. */
export interface Observer extends CallObserver {
  readonly succeededBytes: number[];
  readonly failures: StockpileError[];
}

/** An observer of a backend named `main`. */
export function makeObserver(): Observer {
  const succeededBytes: number[] = [];
  const failures: StockpileError[] = [];
  return {
    backendId: "main",
    succeededBytes,
    failures,
    succeeded: (resultBytes) => void succeededBytes.push(resultBytes),
    failed: (error) => void failures.push(error),
  };
}

/** A get of key `k` in category `c` that weighs 10 bytes, with what is given in its place. */
export function makeRequest(request: Partial<CallRequest> = {}): CallRequest {
  return {
    operation: Operation.get,
    handle: 0,
    category: "c",
    subject: "k",
    bytes: 10,
    observer: makeObserver(),
    ...request,
  };
}

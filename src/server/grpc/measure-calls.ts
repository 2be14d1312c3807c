import { ServerInterceptingCall, status as Status } from "@grpc/grpc-js";
import type { ServerInterceptor } from "@grpc/grpc-js";

import type { RequestMetrics } from "../metrics/request-metrics.js";

/** Counts every call of a method that there is, with the status its client is sent; one that left has none. */
export function measureCalls(metrics: RequestMetrics): ServerInterceptor {
  return ({ path, responseStream }, call) => {
    const startedAt = performance.now();
    let isNoted = false;
    const note = (code: Status): void => {
      if (isNoted) return;
      isNoted = true;
      const elapsedMs = responseStream ? undefined : performance.now() - startedAt;
      metrics.noteCall({ method: path.slice(1), status: Status[code] ?? "UNKNOWN", elapsedMs });
    };
    // Not by the interceptor's own hook: it does not hear of what grpc-js ends by itself, as a call past its deadline, or
    // one whose request is no message.
    const sendStatus = call.sendStatus.bind(call);
    call.sendStatus = (status) => {
      note(status.code ?? Status.UNKNOWN);
      sendStatus(status);
    };
    return new ServerInterceptingCall(call, {
      // Told however a call has ended.
      start: (next) => next({ onCancel: () => note(Status.CANCELLED) }),
    });
  };
}

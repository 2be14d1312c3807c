import { ServerInterceptingCall, status as Status } from "@grpc/grpc-js";
import type { ServerInterceptor } from "@grpc/grpc-js";

/**
 * Bounds how many calls hold a request at once, received in part or whole, whatever the number of connections: grpc-js
 * keeps each in memory and has no limit but that of one request. A stream of answers holds none once its request is
 * there. What is refused holds nothing: grpc-js throws away what comes after a status.
 * @param countOf For how many calls one counts once its request is there, by what is in that; before, it is one.
 */
export function boundCalls(maxCalls: number, countOf: (request: object) => number): ServerInterceptor {
  let held = 0;
  return ({ responseStream }, call) => {
    let own = 0;
    /** Answers whether there was room for as much. */
    const hold = (count: number): boolean => {
      if (count > own && held - own + count > maxCalls) return false;
      held += count - own;
      own = count;
      return true;
    };
    const refuse = (): void => {
      const details = `Cannot take call: expected at most ${maxCalls} at once`;
      call.sendStatus({ code: Status.RESOURCE_EXHAUSTED, details });
    };
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          // Not before: of a call that is gone by then nothing is told, not even its end.
          onReceiveMetadata(metadata, pass) {
            if (hold(1)) pass(metadata);
            else refuse();
          },
          onReceiveMessage(message: object, pass) {
            if (hold(countOf(message))) pass(message);
            else refuse();
          },
          onReceiveHalfClose(pass) {
            if (responseStream) hold(0);
            pass();
          },
          // Told however a call has ended, once its client has taken all of it.
          onCancel: () => void hold(0),
        }),
    });
  };
}

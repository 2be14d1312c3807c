/** What a call of a supervised plugin costs, in a thread and in a process, against one of a worker thread by plain Comlink. */
import { compareUnderLoad } from "./compare-under-load.js";
import { callsLayer } from "./contenders/calls-layer.js";
import { plainComlink } from "./contenders/plain-comlink.js";
import type { Question } from "./question.js";
import { withContenders } from "./with-contenders.js";

export const calls: Question = {
  name: "calls",
  asks: "How fast are calls of a backend, against plain Comlink?",
  answer: (effort) =>
    withContenders(
      [plainComlink, () => callsLayer("thread"), () => callsLayer("process")],
      async ([plain, layer, inProcess]) => {
        const comparison = await compareUnderLoad([plain, layer, inProcess], effort);
        return {
          tables: comparison.tables,
          bounds: [
            {
              claim: "calls layer, 64 callers: calls/s over plain Comlink's",
              measured: comparison.throughput(layer, 64),
              kind: "floor",
              limit: 2.5,
            },
            {
              claim: "calls layer, 1,000 callers: calls/s over plain Comlink's",
              measured: comparison.throughput(layer, 1000),
              kind: "floor",
              limit: 5,
            },
            {
              claim: "calls layer, 1 caller: median latency over plain Comlink's",
              measured: comparison.latency(layer),
              kind: "ceiling",
              limit: 1.5,
            },
            {
              claim: "calls layer, process, 64 callers: calls/s over plain Comlink's",
              measured: comparison.throughput(inProcess, 64),
              kind: "floor",
              limit: 1,
            },
            {
              claim: "calls layer, process, 1,000 callers: calls/s over plain Comlink's",
              measured: comparison.throughput(inProcess, 1000),
              kind: "floor",
              limit: 1,
            },
            {
              claim: "calls layer, process, 1 caller: median latency over plain Comlink's",
              measured: comparison.latency(inProcess),
              kind: "ceiling",
              limit: 4,
            },
          ],
        };
      },
    ),
};

/** What a get through the cache costs, near cache off, against a call of a worker thread by plain Comlink. */
import { compareUnderLoad } from "./compare-under-load.js";
import { cache } from "./contenders/cache.js";
import { plainComlink } from "./contenders/plain-comlink.js";
import type { Question } from "./question.js";
import { withContenders } from "./with-contenders.js";

export const wholeWay: Question = {
  name: "cache",
  asks: "How fast are gets through the cache, near cache off, against plain Comlink?",
  answer: (effort) =>
    withContenders(
      [plainComlink, () => cache("bytes"), () => cache("json")],
      async ([plain, bytes, json]) => {
        const comparison = await compareUnderLoad([plain, bytes, json], effort);
        return {
          tables: comparison.tables,
          bounds: [
            {
              claim: "cache, bytes, 64 callers: gets/s over plain Comlink's calls/s",
              measured: comparison.throughput(bytes, 64),
              kind: "floor",
              limit: 1.5,
            },
            {
              claim: "cache, bytes, 1,000 callers: gets/s over plain Comlink's calls/s",
              measured: comparison.throughput(bytes, 1000),
              kind: "floor",
              limit: 3,
            },
            {
              claim: "cache, bytes, 1 caller: median latency over plain Comlink's",
              measured: comparison.latency(bytes),
              kind: "ceiling",
              limit: 1.5,
            },
          ],
        };
      },
    ),
};

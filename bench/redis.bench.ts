/** What a value of Redis costs through the cache and the plugin, against its client used in the host. */
import { compareUnderLoad } from "./compare-under-load.js";
import { directClient, hotKeys, pluginAlone, throughPlugin } from "./contenders/redis.js";
import type { Question } from "./question.js";
import { startRedisServer } from "./redis/redis-server.js";
import { withContenders } from "./with-contenders.js";

/** Of many callers every sixteenth call of each is timed: enough for a percentile, and not felt. */
const CALLS_PER_WATCHED = 16;

export const redis: Question = {
  name: "redis",
  asks: "How fast are gets from Redis through the plugin, against the same client in the host?",
  async answer(effort) {
    const { port, stop } = await startRedisServer();
    try {
      return await withContenders(
        [
          () => directClient(port, false),
          () => directClient(port, true),
          () => pluginAlone(port),
          () => throughPlugin(port),
          () => hotKeys(port),
        ],
        async ([client, pipelining, plugin, cache, hot]) => {
          const contenders = [client, pipelining, plugin, cache, hot] as const;
          const comparison = await compareUnderLoad(contenders, effort, CALLS_PER_WATCHED);
          return {
            tables: comparison.tables,
            bounds: [
              {
                claim: "Redis through the plugin, 64 callers: gets/s over those of the client",
                measured: comparison.throughput(plugin, 64),
                kind: "floor",
                limit: 0.45,
              },
              {
                claim: "Redis through the plugin, 1,000 callers: gets/s over those of the client",
                measured: comparison.throughput(plugin, 1000),
                kind: "floor",
                limit: 0.75,
              },
              {
                claim:
                  "Redis through the plugin, 1,000 callers: main thread's CPU per get over that of the client",
                measured: comparison.cpu(plugin, 1000),
                kind: "ceiling",
                limit: 0.5,
              },
              {
                claim: "Redis through the cache, 64 callers: gets/s over those of the client",
                measured: comparison.throughput(cache, 64),
                kind: "floor",
                limit: 0.45,
              },
              {
                claim: "Redis through the cache, 1,000 callers: gets/s over those of the client",
                measured: comparison.throughput(cache, 1000),
                kind: "floor",
                limit: 0.75,
              },
            ],
          };
        },
      );
    } finally {
      await stop();
    }
  },
};

import { until } from "../../support/until.js";
import { RedisProcess } from "./redis-process.js";
import { startServer } from "./start-server.js";

export const MASTER_NAME = "cache";
const SENTINELS = 3;
const QUORUM = 2;

/** After this long of silence a master counts as down, in ms: short, so that a test does not wait. */
const DOWN_AFTER_MS = 500;

/** A master, its replica, and three Sentinels that watch them. */
export class SentinelSetup {
  readonly servers: readonly [RedisProcess, RedisProcess];
  readonly sentinels: readonly RedisProcess[];

  private constructor(servers: readonly [RedisProcess, RedisProcess], sentinels: readonly RedisProcess[]) {
    this.servers = servers;
    this.sentinels = sentinels;
  }

  /** Starts all of them; whoever does stops them. */
  static async start(): Promise<SentinelSetup> {
    const master = await startServer({ "repl-diskless-sync-delay": 0 });
    const replica = await startServer({
      replicaof: `127.0.0.1 ${master.port}`,
      "repl-diskless-sync-delay": 0,
    });
    const sentinels = await Promise.all(
      Array.from({ length: SENTINELS }, () =>
        RedisProcess.start("redis-sentinel", {
          sentinel: [
            `monitor ${MASTER_NAME} 127.0.0.1 ${master.port} ${QUORUM}`,
            `down-after-milliseconds ${MASTER_NAME} ${DOWN_AFTER_MS}`,
            `failover-timeout ${MASTER_NAME} 2000`,
          ],
        }),
      ),
    );
    const setup = new SentinelSetup([master, replica], sentinels);
    await setup.#isComplete();
    return setup;
  }

  get addresses(): string[] {
    return this.sentinels.map(({ address }) => address);
  }

  /** The port of the master, as the first Sentinel says. */
  async masterPort(): Promise<number> {
    const [sentinel] = this.sentinels;
    const address = await sentinel?.command("sentinel", "get-master-addr-by-name", MASTER_NAME);
    return Number((address as string[])[1]);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.sentinels, ...this.servers].map((each) => each.stop()));
  }

  /** Waits until each Sentinel knows the others and the replica: before that there is no failing over. */
  async #isComplete(): Promise<void> {
    const complete = new Set<RedisProcess>();
    let isOver = false;
    const looking = (async () => {
      while (!isOver) {
        for (const sentinel of this.sentinels) {
          const reply = await sentinel.command("sentinel", "master", MASTER_NAME);
          const told = Array.isArray(reply) ? pairs(reply) : (reply as Record<string, unknown>);
          const isTold =
            Number(told["num-slaves"]) === 1 && Number(told["num-other-sentinels"]) === SENTINELS - 1;
          if (isTold) complete.add(sentinel);
        }
      }
    })();
    try {
      await until("the Sentinels to know each other", () => complete.size === SENTINELS);
    } finally {
      isOver = true;
      await looking;
    }
  }
}

function pairs(list: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(
    list.flatMap((name, index) => (index % 2 === 0 ? [[String(name), list[index + 1]] as const] : [])),
  );
}

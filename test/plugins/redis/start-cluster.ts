import { until } from "../../support/until.js";
import { freePort } from "./redis-process.js";
import type { RedisProcess } from "./redis-process.js";
import { startServer } from "./start-server.js";

const MASTERS = 3;
const SLOTS = 16_384;

/** After this long of silence a node counts as failed, in ms: short, so that a test does not wait. */
const NODE_TIMEOUT_MS = 800;

/** A cluster of three masters, each with a replica where asked for. */
export class RedisCluster {
  readonly masters: readonly RedisProcess[];
  readonly replicas: readonly RedisProcess[];
  /** Those that came later, without slots at first. */
  readonly #added: RedisProcess[] = [];

  private constructor(masters: readonly RedisProcess[], replicas: readonly RedisProcess[]) {
    this.masters = masters;
    this.replicas = replicas;
  }

  /** Starts one and waits until it serves; whoever does stops it. */
  static async start({ withReplicas = false }: { withReplicas?: boolean } = {}): Promise<RedisCluster> {
    const nodes = await Promise.all(Array.from({ length: withReplicas ? MASTERS * 2 : MASTERS }, startNode));
    const cluster = new RedisCluster(nodes.slice(0, MASTERS), nodes.slice(MASTERS));
    try {
      await cluster.#join();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  get nodes(): readonly RedisProcess[] {
    return [...this.masters, ...this.replicas, ...this.#added];
  }

  get addresses(): string[] {
    return this.nodes.map(({ address }) => address);
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  /** Starts another node, which has no slots, and waits until it serves with the others. */
  async add(): Promise<RedisProcess> {
    const node = await startNode();
    this.#added.push(node);
    await this.masters[0]?.command("cluster", "meet", "127.0.0.1", node.port, busPort.get(node) as number);
    await this.isWhole();
    return node;
  }

  /** Waits until all nodes that answer say that all slots are served. */
  async isWhole(): Promise<void> {
    const states = new Map<RedisProcess, boolean>();
    let isOver = false;
    const look = async (): Promise<void> => {
      while (!isOver) {
        await Promise.all(
          this.nodes.map(async (node) => {
            const info = await node.command("cluster", "info").catch(String);
            const known = this.nodes.length === Number(/cluster_known_nodes:(\d+)/.exec(String(info))?.[1]);
            states.set(node, known && String(info).includes("cluster_state:ok"));
          }),
        );
      }
    };
    const looking = look();
    try {
      await until("the cluster to serve", () => this.nodes.every((node) => states.get(node) === true));
    } finally {
      isOver = true;
      await looking;
    }
  }

  async #join(): Promise<void> {
    const [first] = this.masters as readonly [RedisProcess, ...RedisProcess[]]; // there are three
    for (const [index, master] of this.masters.entries()) {
      const [start, end] = [index, index + 1].map((place) => Math.floor((place * SLOTS) / MASTERS));
      await master.command("cluster", "addslotsrange", start as number, (end as number) - 1);
      await master.command("cluster", "set-config-epoch", index + 1);
    }
    for (const node of this.nodes.slice(1)) {
      await first.command("cluster", "meet", "127.0.0.1", node.port, busPort.get(node) as number);
    }
    await this.#knowEachOther();
    for (const [index, replica] of this.replicas.entries()) {
      const id = String(await this.masters[index]?.command("cluster", "myid"));
      await replica.command("cluster", "replicate", id);
    }
    await this.isWhole();
  }

  async #knowEachOther(): Promise<void> {
    let known = 0;
    let isOver = false;
    const looking = (async () => {
      while (!isOver) {
        const infos = await Promise.all(this.nodes.map((node) => node.command("cluster", "info")));
        known = Math.min(...infos.map((info) => Number(/cluster_known_nodes:(\d+)/.exec(String(info))?.[1])));
      }
    })();
    try {
      await until("the nodes to know each other", () => known === this.nodes.length);
    } finally {
      isOver = true;
      await looking;
    }
  }
}

const busPort = new WeakMap<RedisProcess, number>();

async function startNode(): Promise<RedisProcess> {
  const bus = await freePort();
  const node = await startServer({
    "cluster-enabled": "yes",
    "cluster-port": bus,
    "cluster-node-timeout": NODE_TIMEOUT_MS,
    "cluster-replica-validity-factor": 0,
    "repl-diskless-sync-delay": 0,
  });
  busPort.set(node, bus);
  return node;
}

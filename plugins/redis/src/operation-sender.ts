import calculateSlot from "cluster-key-slot";
import type { Operation } from "./operation.js";
import { Overdue } from "./overdue.js";
import { RedisFailure, codeOf, shortfallOf } from "./redis-failure.js";
import type { ServerLink } from "./server-link.js";
import type { Redirection, Servers } from "./servers.js";
import { OWN_CODES, Shortfall } from "./shortfall.js";

/** The most entries one command names: Redis serves nobody else while it does, for some 20 µs with this many. */
const MAX_NAMES = 64;

/** How often an operation is sent on at most: a cluster that moves slots sends it on once or twice. */
const MAX_HOPS = 5;

/** Errors that concern a command for several entries and perhaps not each of them. */
const OF_SOME: ReadonlySet<string | undefined> = new Set(["NOPERM", "TRYAGAIN", "CROSSSLOT"]);

/**
 * Sends the operations of one turn of the event loop together. Gets of one category become one `MGET` for 64 of them,
 * which costs a fraction of as many `GET`s on both sides; so do purges. Puts are a `SET` each, as they expire each at
 * its own time. All of them leave as one write to each server.
 *
 * Every operation is settled by its deadline, whatever becomes of the command. None is repeated by itself, except where
 * a server of a cluster has refused to do it and named another one: then nothing has been done yet.
 */
export class OperationSender {
  readonly #servers: Servers;
  readonly #overdue = new Overdue((operation) => this.#expire(operation));
  #turn: Operation[] = [];
  #isClosed = false;

  constructor(servers: Servers) {
    this.#servers = servers;
  }

  add(operation: Operation): void {
    if (this.#turn.length === 0) queueMicrotask(() => this.#flush());
    this.#turn.push(operation);
  }

  /** Fails what is under way, and what comes later. */
  close(): void {
    this.#isClosed = true;
    for (const operation of [...this.#turn, ...this.#overdue]) this.#fail(operation, closed());
    this.#turn = [];
    this.#overdue.close();
  }

  #flush(): void {
    const operations = this.#turn;
    this.#turn = [];
    const groups = new Map<string, Operation[]>();
    for (const operation of operations) {
      if (operation.kind === "put") {
        // What came before it goes out before it: the last of several writes of a turn is to win.
        this.#sendGroups(groups);
        this.#send(this.#linkOf(operation), [operation]);
      } else {
        this.#gather(groups, operation);
      }
    }
    this.#sendGroups(groups);
  }

  /** Adds an operation to those that may go out in one command with it, and sends these when they are many. */
  #gather(groups: Map<string, Operation[]>, operation: Operation): void {
    const slot = this.#servers.hasSlots ? calculateSlot(operation.name) : 0;
    const group = `${operation.kind} ${slot} ${operation.category}`;
    const others = groups.get(group);
    if (others === undefined) {
      groups.set(group, [operation]);
    } else if (others.push(operation) === MAX_NAMES) {
      groups.delete(group);
      this.#send(this.#linkOf(operation), others);
    }
  }

  #sendGroups(groups: Map<string, Operation[]>): void {
    for (const group of groups.values()) this.#send(this.#linkOf(group[0] as Operation), group); // none is empty
    groups.clear();
  }

  #linkOf({ name }: Operation): ServerLink | undefined {
    return this.#servers.linkOf(this.#servers.hasSlots ? calculateSlot(name) : 0);
  }

  /** Sends operations of one kind to one server, in one command. */
  #send(link: ServerLink | undefined, operations: readonly Operation[]): void {
    if (link === undefined || this.#isClosed) {
      const shortfall = this.#isClosed ? closed() : this.#servers.shortfall;
      for (const operation of operations) this.#fail(operation, shortfall);
      return;
    }
    this.#overdue.add(operations);
    void this.#settle(link, operations);
  }

  async #settle(link: ServerLink, operations: readonly Operation[]): Promise<void> {
    try {
      const reply = await sendCommand(link, operations);
      this.#overdue.remove(operations);
      this.#succeed(operations, reply);
    } catch (error) {
      this.#overdue.remove(operations);
      this.#divert(operations, error, link);
    }
  }

  #succeed(operations: readonly Operation[], reply: unknown): void {
    if (operations.length === 1) {
      settle(operations[0] as Operation, reply);
      return;
    }
    for (let index = 0; index < operations.length; index += 1) {
      settle(operations[index] as Operation, Array.isArray(reply) ? reply[index] : reply);
    }
  }

  /** Sends on what another server is to do, and tells the rest that it has failed. */
  #divert(operations: readonly Operation[], error: unknown, link: ServerLink): void {
    const redirection = this.#servers.redirection(error);
    const isOfSome = operations.length > 1 && OF_SOME.has(codeOf(error));
    for (const operation of operations) {
      const isLate = operation.isSettled || operation.deadline <= Date.now();
      operation.hops += 1;
      if (isLate || operation.hops > MAX_HOPS || (redirection === undefined && !isOfSome)) {
        this.#fail(operation, shortfallOf(error, link.address));
      } else if (redirection === undefined) {
        this.#send(link, [operation]);
      } else {
        this.#follow(redirection, operation);
      }
    }
  }

  #follow({ link, isAsking }: Redirection, operation: Operation): void {
    // It holds for the next command on that connection, which is sent right behind.
    if (isAsking) link.send("asking", []).catch(() => undefined); // then the next one fails too
    this.#send(link, [operation]);
  }

  #expire(operation: Operation): void {
    this.#servers.noteLate();
    this.#fail(
      operation,
      new Shortfall(`an answer of ${this.#servers.label} in time`, "none", OWN_CODES.late),
    );
  }

  #fail(operation: Operation, shortfall: Shortfall): void {
    if (operation.isSettled) return;
    operation.isSettled = true;
    const { kind, category } = operation;
    operation.reject(new RedisFailure(`${kind} entry of category "${category}" in Redis`, shortfall));
  }
}

function closed(): Shortfall {
  return new Shortfall("the backend to be open", "its end", OWN_CODES.closed);
}

function sendCommand(link: ServerLink, operations: readonly Operation[]): Promise<unknown> {
  const [first] = operations as readonly [Operation]; // none is empty
  if (first.kind === "put") return sendPut(link, first);
  const names = operations.map(({ name }) => name);
  if (first.kind === "purge") return link.send("unlink", names);
  return link.send(names.length === 1 ? "get" : "mget", names);
}

function sendPut(link: ServerLink, { name, stored = Buffer.alloc(0), ttlMs }: Operation): Promise<unknown> {
  const parts = ttlMs === undefined ? [name, stored] : [name, stored, "PX", ttlMs];
  return link.send("set", parts, stored.byteLength);
}

function settle(operation: Operation, reply: unknown): void {
  if (operation.isSettled) return;
  operation.isSettled = true;
  operation.resolve(reply);
}

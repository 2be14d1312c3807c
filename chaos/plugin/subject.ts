/**
 * The plugin under test: in order, with its entries in a store outside of it, until a fault is armed. Its module is
 * written for each stage (host/stage.ts) and leads here.
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type {
  Logger,
  PluginContext,
  PluginMetadata,
  StorageBackend,
  StoredEntry,
} from "@stockpile/core/plugin";
import type { Moment } from "../cells/cell.js";
import { faultNamed } from "../faults/all-faults.js";
import { withoutEffect } from "../faults/plant.js";
import type { Plant } from "../faults/plant.js";
import { takeArmed } from "./armed.js";
import { ForgetfulConnection } from "./forgetful-connection.js";
import { happen } from "./happen.js";
import { StoreConnection } from "./store-connection.js";
import type { SubjectSetup } from "./subject-setup.js";

/** The key whose calls suffer what is armed. */
export const FAULTY_KEY = "faulty";
/** The key another key's value is taken from. */
export const OTHER_KEY = "other";
/** How often it is looked whether a fault is armed for when nothing is called, in ms. */
const IDLE_POLL_MS = 10;

export interface SubjectOptions {
  /** Of the store. */
  readonly port: number;
  readonly space: string;
}

interface PluginModule {
  readonly metadata: PluginMetadata;
  readonly initializePlugin: (context: PluginContext) => Promise<void>;
}

interface Step {
  readonly proceed: () => unknown;
  readonly proceedElsewhere?: () => unknown;
  readonly logger?: Logger;
}

/** Those of this life that are planted. */
const forgetful = new Set<ForgetfulConnection>();

/** @param url Of the module that leads here: what is armed lies beside it. */
export async function openSubject(url: string, { plant }: SubjectSetup): Promise<PluginModule> {
  const folder = dirname(fileURLToPath(url));
  const reach = (moment: Moment, { proceed, ...step }: Step): unknown => {
    const armed = takeArmed(folder, moment);
    if (armed === undefined) return proceed();
    const fault = faultNamed(armed.fault);
    if (!("inject" in fault)) throw new Error(`Fault "${armed.fault}" is none of the plugin's own`);
    for (const connection of forgetful) connection.forget();
    const { pace } = armed;
    const answer = happen(plant === "nothing" ? withoutEffect(fault) : fault, {
      moment,
      folder,
      pace,
      proceed,
      proceedElsewhere: proceed,
      ...step,
    });
    return answer === undefined ? proceed() : answer;
  };
  const module: PluginModule = {
    metadata: { name: "Subject", version: "1.0.0" },
    initializePlugin: async (context) => {
      const { logger } = context;
      await reach("initialise", { proceed: () => undefined, logger });
      await context.registerStorageBackend(
        "subject",
        () => reach("open", { proceed: () => openBackend(context, reach, plant), logger }) as StorageBackend, // or what a fault lies
      );
      const poll = setInterval(() => void reach("idle", { proceed: () => undefined, logger }), IDLE_POLL_MS);
      context.signal.addEventListener("abort", () => clearInterval(poll));
    },
  };
  return (await reach("load", { proceed: () => module })) as PluginModule; // as above
}

function openBackend(
  { options, logger }: PluginContext,
  reach: (moment: Moment, step: Step) => unknown,
  plant: Plant | undefined,
): StorageBackend {
  const { port, space } = options as SubjectOptions;
  const store = plant === "forget" ? openForgetful(port, space) : new StoreConnection(port, space);
  const get = async (category: string, key: string): Promise<StoredEntry | undefined> => {
    const { value } = await store.ask({ operation: "get", category, key });
    return value === undefined ? undefined : { value: new Uint8Array(Buffer.from(value, "base64")) };
  };
  /** Only the calls of one key suffer: the others show what comes of it for those who have nothing to do with it. */
  const at = (moment: Moment, key: string, step: Omit<Step, "logger">): never =>
    (key === FAULTY_KEY ? reach(moment, { ...step, logger }) : step.proceed()) as never; // or what a fault lies
  return {
    get: ({ category, key }) =>
      at("get", key, {
        proceed: () => get(category, key),
        proceedElsewhere: () => get(category, OTHER_KEY),
      }),
    put: ({ category, key }, { value }) =>
      at("put", key, {
        proceed: async () => {
          if (plant === "lose" && key !== FAULTY_KEY) return;
          await store.ask({ operation: "put", category, key, value: Buffer.from(value).toString("base64") });
        },
      }),
    purge: ({ category, key }) =>
      at("purge", key, {
        proceed: async () => void (await store.ask({ operation: "purge", category, key })),
      }),
    scan: ({ category, cursor, limit }) =>
      at("scan", FAULTY_KEY, {
        proceed: async () => {
          const page = { category, limit, ...(cursor === undefined ? {} : { key: cursor }) };
          const { keys = [] } = await store.ask({ operation: "scan", ...page });
          const last = keys.at(-1);
          return keys.length < limit || last === undefined ? { keys } : { keys, cursor: last };
        },
      }),
    clear: async (category) => void (await store.ask({ operation: "clear", category })),
    close: () => reach("close", { proceed: () => store.close(), logger }) as Promise<void>, // or what a fault lies
  };
}

/** What callers have written is forgotten, and nothing of what the cell itself writes. */
function openForgetful(port: number, space: string): StoreConnection {
  const connection = new ForgetfulConnection(port, space, { category: "strict", prefix: "caller" });
  forgetful.add(connection);
  return connection;
}

/** What a program may say of categories, checked by compiling this file: it is never run. */
import { Stockpile, type Category, type Codec, type Loader, type Lookup } from "@stockpile/core";
import { z } from "zod";

interface Player {
  readonly id: string;
  readonly level: number;
}

/** An interface: it need not have an index signature. */
interface Registry {
  readonly player: Player;
  readonly skin: Uint8Array;
}

/** `true` where each is assignable to the other and the first is not `any`; nothing else compiles then. */
type Same<A, B> = 0 extends 1 & A ? never : [A, B] extends [B, A] ? true : never;

const registered = await Stockpile.open<Registry>("stockpile.json");
const free = await Stockpile.open("stockpile.json");
declare const bytes: Codec<Uint8Array>;
declare const computed: string;

export async function withRegistry(): Promise<void> {
  const players = registered.category("player", {
    ttl: "10m",
    load: (id, { previous }) => ({ id, level: (previous?.level ?? 0) + 1 }),
  });
  const isCategory: Same<typeof players, Category<Player>> = true;
  const player = await players.get("a");
  const isPlayer: Same<typeof player, Player | undefined> = true;
  const many = await players.getMany(["a"]);
  const areMany: Same<typeof many, (Player | undefined)[]> = true;
  const lookup = await players.lookup("a");
  const isLookup: Same<typeof lookup, Lookup<Player>> = true;
  const peeked: Same<ReturnType<typeof players.peek>, Player | undefined> = true;
  registered.category("skin", { codec: "bytes" });
  registered.category("skin", { codec: bytes, load: async () => undefined });
  registered.category("player", { schema: z.object({ id: z.string(), level: z.number() }) });

  // @ts-expect-error -- no such name
  registered.category("plyer");
  // @ts-expect-error -- a type cannot be claimed for a name that is not there either
  registered.category<Player>("guild");
  // @ts-expect-error -- nor another type for one that is
  registered.category<string>("player");
  // @ts-expect-error -- any string may be a wrong name
  registered.category(computed);
  // @ts-expect-error -- a loader of something else
  registered.category("player", { load: () => "Ada" });
  // @ts-expect-error -- a loader that leaves out a field
  registered.category("player", { load: async (id: string) => ({ id }) });
  // @ts-expect-error -- a schema of something else
  registered.category("player", { schema: z.object({ id: z.string() }) });
  // @ts-expect-error -- a codec of something else
  registered.category("player", { codec: bytes });
  // @ts-expect-error -- no such option
  registered.category("player", { tll: "10m" });
  // @ts-expect-error -- another value
  await players.set("a", "Ada");
  // @ts-expect-error -- there may be none
  player.level.toFixed();
  void [isCategory, isPlayer, areMany, isLookup, peeked];
}

export async function withoutRegistry(): Promise<void> {
  const players = free.category<Player>("player", { load: (id) => ({ id, level: 1 }) });
  const isClaimed: Same<typeof players, Category<Player>> = true;
  const anything = free.category("anything");
  const isUnknown: Same<typeof anything, Category<unknown>> = true;
  const named = free.category(computed);
  const isComputed: Same<typeof named, Category<unknown>> = true;
  const inferred = free.category("inferred", { load: async (key) => key.length });
  const isLoaded: Same<typeof inferred, Category<number>> = true;
  const checked = free.category("checked", { schema: z.object({ id: z.string() }) });
  const isChecked: Same<typeof checked, Category<{ id: string }>> = true;
  const load: Loader<Player> = async (_id, { signal }) =>
    signal.aborted ? undefined : { id: "a", level: 1 };
  await players.get("a", { load });

  // @ts-expect-error -- a loader of something else
  free.category<Player>("player", { load: () => "Ada" });
  // @ts-expect-error -- no such option
  free.category("player", { tll: "10m" });
  // @ts-expect-error -- no string
  free.category(5);
  // @ts-expect-error -- a loader of something else, for one call
  await players.get("a", { load: () => "Ada" });
  void [isClaimed, isUnknown, isComputed, isLoaded, isChecked];
}

/** What needs no category's type takes either, by a type parameter. */
export function takesAny<R extends object>(stockpile: Stockpile<R>): void {
  stockpile.health();
}
takesAny(free);
takesAny(registered);
/** Without one, it takes those without a registry. */
export function takesFree(stockpile: Stockpile): Category<Player> {
  return stockpile.category<Player>("player");
}
takesFree(free);
// @ts-expect-error -- it could ask for a category of another type than the registry says
takesFree(registered);

export function listens(): void {
  registered.on("plugin", ({ plugin, state, previous }) => void `${plugin} ${state} ${previous}`);
  registered.on("queue", ({ backend, queuedWrites }) => void `${backend} ${queuedWrites.toFixed()}`);
  registered.on("failure", ({ category, error }) => void `${category} ${error.code}`);
  // @ts-expect-error -- no such event
  registered.on("error", () => {});
  // @ts-expect-error -- no such field of this event
  registered.on("plugin", ({ queuedWrites }) => void queuedWrites);
}

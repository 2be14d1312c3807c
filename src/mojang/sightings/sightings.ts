import type { Logger } from "pino";

import type { Category, Lookup } from "../../host/main.js";
import type { Association, Sighting } from "../entities/association.js";
import { nameKey } from "../entities/player-name.js";
import { addSighting, endAll } from "./add-sighting.js";

/** From the oldest to the newest. */
export type Associations = readonly Association[];

export interface SightingsOptions {
  /** The names a player was seen with, by id. */
  readonly names: Category<Associations>;
  /** The players a name was seen with, by name key. */
  readonly owners: Category<Associations>;
  readonly logger: Logger;
  /** Told when a player was seen with another name than before, or for the first time. */
  readonly onChange: (id: string, names: Associations) => void;
  /** Told of a name that its player was seen to have given up. */
  readonly onGivenUp: (name: string) => void;
  /** Told of a player whose name another was seen with. */
  readonly onOusted: (id: string) => void;
}

/** While storage is slow: what is seen beyond that is not recorded, but counted, and will be seen again. */
const MAX_WAITING = 1_000;

/**
 * Records who was seen with which name. One sighting is recorded after the other, because each is a read and a write of
 * what another may change too; nobody waits for it. Where storage fails, a sighting is left out: what is there must not
 * be replaced by the little that is known just then.
 */
export class Sightings {
  readonly #options: SightingsOptions;
  readonly #waiting: Sighting[] = [];
  #recording: Promise<void> | undefined;
  /** Sightings left out, until none is waiting. */
  #leftOut = 0;
  #isClosed = false;

  constructor(options: SightingsOptions) {
    this.#options = options;
  }

  /** Has a sighting recorded. */
  note(sighting: Sighting): void {
    if (this.#isClosed) return;
    if (this.#waiting.length >= MAX_WAITING) {
      if (this.#leftOut === 0)
        this.#options.logger.warn({ waiting: MAX_WAITING }, "Leaves out sightings of names: storage is slow");
      this.#leftOut += 1;
      return;
    }
    this.#waiting.push(sighting);
    this.#recording ??= this.#recordAll();
  }

  /** The names a player was seen with. */
  namesOf(id: string): Promise<Lookup<Associations>> {
    return this.#options.names.lookup(id);
  }

  /** The players a name was seen with. */
  ownersOf(name: string): Promise<Lookup<Associations>> {
    return this.#options.owners.lookup(nameKey(name));
  }

  /** Resolves when everything is recorded that was noted before. */
  async settled(): Promise<void> {
    await this.#recording;
  }

  /** Records nothing more but what is under way, which it waits for. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiting.length = 0;
    await this.#recording;
  }

  async #recordAll(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- one after the other: see above
        await this.#record(next);
      } catch (error) {
        // The host tells of a backend that fails; here it is one sighting less.
        this.#options.logger.debug({ err: error }, "A sighting was not recorded");
      }
    }
    this.#recording = undefined;
    const leftOut = this.#leftOut;
    this.#leftOut = 0;
    if (leftOut > 0) this.#options.logger.warn({ leftOut }, "Records sightings of names again");
  }

  async #record(sighting: Sighting): Promise<void> {
    const { names, owners, onChange, onGivenUp } = this.#options;
    const { id, name, at } = sighting;
    const known = (await names.get(id)) ?? [];
    const added = addSighting(known, sighting);
    if (added === undefined) return;
    await names.set(id, added.associations);
    if (added.isChange) {
      onChange(id, added.associations);
      const former = known.at(-1)?.name;
      if (former !== undefined && nameKey(former) !== nameKey(name)) {
        onGivenUp(former);
        // The name is not this player's any more, whoever has it next.
        await endNewest(owners, nameKey(former), (newest) => newest.id === id, at);
      }
    }
    await this.#recordOwner(sighting);
  }

  async #recordOwner(sighting: Sighting): Promise<void> {
    const { names, owners, onOusted } = this.#options;
    const { id, name, at } = sighting;
    const key = nameKey(name);
    const known = (await owners.get(key)) ?? [];
    const added = addSighting(known, sighting);
    if (added === undefined) return;
    await owners.set(key, added.associations);
    const former = known.at(-1);
    if (former === undefined || former.id === id || former.validUntil <= at) return;
    onOusted(former.id);
    // Whoever had the name until now has another one, though nobody has seen it yet.
    await endNewest(names, former.id, (newest) => nameKey(newest.name) === key, at);
  }
}

/** Ends the newest association under a key, if it is the one that is meant. */
async function endNewest(
  category: Category<Associations>,
  key: string,
  isMeant: (newest: Association) => boolean,
  at: number,
): Promise<void> {
  const known = (await category.get(key)) ?? [];
  const newest = known.at(-1);
  if (newest === undefined || !isMeant(newest)) return;
  const ended = endAll(known, at);
  if (ended !== known) await category.set(key, ended);
}

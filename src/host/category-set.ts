/** The categories that an application has opened. Once made, one stays: its object is in the application's hands. */
import { ConfigError, type ConfigIssue } from "../contract/errors.js";
import { Category } from "./cache/category.js";
import type { CategoryHealth } from "./cache/category-health.js";
import type { CategoryTerms } from "./cache/category-settings.js";
import type { CategoryOptions } from "./cache/category-options.js";
import type { Lookup } from "./cache/lookup.js";
import type { QuietFailure } from "./cache/quiet-failure.js";
import { WriteVersion } from "./cache/write-version.js";
import { CategoryStorage } from "./category-storage.js";
import { canonicalJson } from "./config/canonical-json.js";
import type { Config } from "./config/config.js";
import { formatPath } from "./config/format-path.js";
import type { BackendClient } from "./plugins/backend-client.js";
import type { HostServices } from "./plugins/host-services.js";
import type { Invalidation } from "./plugins/read-invalidation.js";
import { within } from "./plugins/within.js";
import type { ReconfigureReport } from "./reconfigure/report.js";
import { resolveCategory } from "./resolve-category.js";
import { sameOptions } from "./same-options.js";

/** A category with what it was made of. */
interface OpenCategory {
  readonly category: Category<unknown>;
  readonly options: CategoryOptions<unknown>;
  readonly storage: CategoryStorage;
}

/** What a new configuration says of the categories, checked. */
export interface CategoryChanges {
  readonly config: Config;
  readonly terms: ReadonlyMap<string, CategoryTerms>;
}

export interface CategorySetOptions {
  readonly services: HostServices;
  readonly config: Config;
  /** Where a configuration has the category of that name stored. */
  readonly storageOf: (config: Config, name: string) => BackendClient;
  /** Told of what failed without rejecting anything. */
  readonly report: (failure: QuietFailure) => void;
}

export class CategorySet {
  readonly #options: CategorySetOptions;
  #config: Config;
  readonly #writeVersion: WriteVersion;
  readonly #categories = new Map<string, OpenCategory>();
  /** Those that are looked into at the moment and are gone afterwards. */
  readonly #passing = new Set<Pick<Category<unknown>, "close">>();

  constructor(options: CategorySetOptions) {
    this.#options = options;
    this.#config = options.config;
    this.#writeVersion = new WriteVersion(options.services.clock);
  }

  /** Writes that were accepted and did not reach their backend. */
  get undelivered(): number {
    return [...this.#categories.values()].reduce((sum, { category }) => sum + category.undelivered, 0);
  }

  /**
   * The category of that name, made if there is none.
   * @throws {ConfigError} wrong options, or other options than the first time.
   */
  open<T>(name: string, options: CategoryOptions<T> | undefined): Category<T> {
    const known = this.#categories.get(name);
    if (known === undefined) return this.#make(name, options === undefined ? {} : options);
    if (options !== undefined && !sameOptions(options, known.options)) {
      const message = "expected the options it was first made with, or none: received others";
      throw new ConfigError("passed to category()", [{ path: formatPath(["categories", name]), message }]);
    }
    return known.category as Category<T>; // what it holds is the application's own claim, the first time as now
  }

  /**
   * Looks a key up in the category of that name; where there is none, in one without a near cache that is gone afterwards.
   * @throws {ConfigError} as `open`.
   */
  async lookInto<T>(name: string, key: string, options: CategoryOptions<T>): Promise<Lookup<T>> {
    if (this.#categories.has(name)) return this.open(name, options).lookup(key);
    const { category } = this.#build(name, options, true);
    this.#passing.add(category);
    try {
      return await category.lookup(key);
    } finally {
      this.#passing.delete(category);
    }
  }

  health(): CategoryHealth[] {
    return [...this.#categories.values()].map(({ category }) => category.health());
  }

  /** A backend reports entries that somebody else has changed. */
  invalidate(backend: BackendClient, keys: Invalidation): void {
    for (const [name, { category, storage }] of this.#categories) {
      if (storage.client === backend) category.invalidate(keys === "all" ? keys : (keys.get(name) ?? []));
    }
  }

  /**
   * What another configuration makes of the categories in use.
   * @throws {ConfigError} it does not go together with what code has said of one; lists each.
   */
  check(config: Config): CategoryChanges {
    const issues: ConfigIssue[] = [];
    const terms = new Map<string, CategoryTerms>();
    for (const [name, { options }] of this.#categories) {
      try {
        terms.set(name, termsOf(resolveCategory(name, config, options)));
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        issues.push(...error.issues);
      }
    }
    if (issues.length > 0) throw new ConfigError(config.source, issues);
    return { config, terms };
  }

  /** Goes by another configuration from now on, whose plugins are there. */
  adopt({ config, terms }: CategoryChanges): ReconfigureReport["categories"] {
    this.#config = config;
    const report = { moved: [] as string[], changed: [] as string[], unchanged: [] as string[] };
    for (const [name, { category, storage }] of this.#categories) {
      const client = this.#options.storageOf(config, name);
      const isMoved = client !== storage.client;
      const next = terms.get(name) ?? category.terms;
      const isChanged = canonicalJson(termsOf(category.terms)) !== canonicalJson(next);
      if (isMoved) storage.moveTo(client);
      if (isMoved) category.forgetBackend();
      if (isChanged) category.adopt(next);
      if (isMoved) report.moved.push(name);
      if (isChanged) report.changed.push(name);
      if (!isMoved && !isChanged) report.unchanged.push(name);
    }
    return report;
  }

  /**
   * Takes no new calls, and gives the writes that wait for a backend their time.
   * @param limitMs for how long, where they wait for a backend of that plugin.
   */
  async drain(limitMs: (pluginName: string) => number): Promise<void> {
    const { deadlines } = this.#options.services;
    for (const category of this.#passing) category.close();
    const drains = [...this.#categories.values()].map(async ({ category, storage }) => {
      category.close();
      if (!category.hasWaitingWrites) return;
      await within(deadlines, limitMs(storage.pluginName), [category.drained()]);
    });
    await Promise.all(drains);
  }

  /** Begins nothing any more. */
  end(): void {
    for (const { category } of this.#categories.values()) category.end();
  }

  #make<T>(name: string, options: CategoryOptions<T>): Category<T> {
    const { category, storage } = this.#build(name, options);
    // Categories of all types are kept in one map; each is handed out as what it was made.
    this.#categories.set(name, { category, options, storage } as never);
    return category;
  }

  /** @param isPassing whether it is gone after one call. */
  #build<T>(
    name: string,
    options: CategoryOptions<T>,
    isPassing: boolean = false,
  ): { category: Category<T>; storage: CategoryStorage } {
    const { services, storageOf, report } = this.#options;
    const config = this.#config;
    const policy = resolveCategory(name, config, options);
    const storage = new CategoryStorage(storageOf(config, name), isPassing);
    const category = new Category<T>({
      ...policy,
      // Its room takes longer to make than anything that it could save within one call.
      near: isPassing ? false : policy.near,
      maxValueBytes: config.maxValueBytes,
      // Nor does anybody ask for the health of one that is gone, and each histogram takes 120 kB outside of the heap.
      isTimed: !isPassing,
      backend: storage,
      queue: storage.queue,
      clock: services.clock,
      deadlines: services.deadlines,
      writeVersion: this.#writeVersion,
      report,
    });
    return { category, storage };
  }
}

/** What of a policy may change: functions, codec and schema are the application's. */
function termsOf(policy: CategoryTerms): CategoryTerms {
  const { ttlMs, graceMs, refreshAheadMs, negativeTtlMs, near } = policy;
  const { loadTimeoutMs, loadSoftTimeoutMs, onReadError, onWriteError } = policy;
  return {
    ttlMs,
    graceMs,
    refreshAheadMs,
    negativeTtlMs,
    near,
    loadTimeoutMs,
    loadSoftTimeoutMs,
    onReadError,
    onWriteError,
  };
}

import { describeValue } from "./describe-value.js";
import type { ConfigPath } from "./format-path.js";
import type { Issue } from "./issue-list.js";
import { MAX_DEPTH, type JsonValue } from "./json-value.js";
import { REFUSED_KEYS } from "./refused-keys.js";

/**
 * Values a configuration may hold: far above what anybody writes. An object needs little memory to hold more, because
 * one that refers to another twice, and so on down, multiplies.
 */
const MAX_VALUES = 100_000;

/** A copy, and what was left out of it. */
export interface PlainCopy {
  readonly data: JsonValue | undefined;
  readonly issues: readonly Issue[];
}

/**
 * Copies JSON data. Whatever is not JSON data is left out of the copy and reported; properties that are `undefined`
 * are left out silently, as they are in JSON.
 */
export function copyPlainData(value: unknown): PlainCopy {
  const copier = new PlainCopier();
  const data = copier.copy(value, []);
  return { data, issues: copier.issues };
}

class PlainCopier {
  readonly issues: Issue[] = [];
  /** The objects around the value being copied: meeting one of them again is a cycle. */
  readonly #ancestors = new Set<object>();
  #values = 0;

  copy(value: unknown, path: ConfigPath): JsonValue | undefined {
    if (++this.#values > MAX_VALUES) return this.#refuseRest(path);
    switch (typeof value) {
      case "string":
      case "boolean":
        return value;
      case "number":
        return Number.isFinite(value) ? value : this.#refuse(path, "a finite number", String(value));
      case "object":
        return value === null ? null : this.#copyObject(value, path);
      default:
        return this.#refuse(path, "JSON data", describeValue(value));
    }
  }

  #copyObject(value: object, path: ConfigPath): JsonValue | undefined {
    if (path.length >= MAX_DEPTH) return this.#refuse(path, `at most ${MAX_DEPTH} levels of nesting`, "more");
    if (this.#ancestors.has(value)) return this.#refuse(path, "JSON data", "a cycle");
    this.#ancestors.add(value);
    try {
      if (Array.isArray(value)) return this.#copyItems(value, path);
      return isPlain(value)
        ? this.#copyProperties(value, path)
        : this.#refuse(path, "JSON data", describeValue(value));
    } finally {
      this.#ancestors.delete(value);
    }
  }

  #copyItems(items: readonly unknown[], path: ConfigPath): JsonValue[] {
    const copy: JsonValue[] = [];
    for (let index = 0; index < items.length && this.#values <= MAX_VALUES; index++) {
      copy.push(this.copy(items[index], [...path, index]) ?? null);
    }
    return copy;
  }

  #copyProperties(value: object, path: ConfigPath): JsonValue {
    const copy: Record<string, JsonValue> = {};
    for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
      if (!property.enumerable || ("value" in property && property.value === undefined)) continue;
      const at = [...path, key];
      if (REFUSED_KEYS.has(key)) {
        this.issues.push({
          path: at,
          message: "key is not allowed: it reaches the prototype of all objects",
        });
      } else if (property.get !== undefined || property.set !== undefined) {
        this.#refuse(at, "JSON data", "an accessor");
      } else {
        const item = this.copy(property.value, at);
        if (item !== undefined) copy[key] = item;
      }
    }
    return copy;
  }

  #refuse(path: ConfigPath, expected: string, received: string): undefined {
    this.issues.push({ path, message: `expected ${expected}: received ${received}` });
  }

  /** Reports the one value too many; those after it are passed over, for the report is made. */
  #refuseRest(path: ConfigPath): undefined {
    if (this.#values === MAX_VALUES + 1) this.#refuse(path, `at most ${MAX_VALUES} values`, "more");
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // The second: an object of another realm, whose Object.prototype is not ours but as rootless.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

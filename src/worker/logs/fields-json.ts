import { types } from "node:util";
import { boundText } from "./bound-text.js";

/** Characters of a line's fields at most, as JSON. */
export const MAX_FIELDS_CHARACTERS = 16_384;
/** Characters of one string among them, so that a long one leaves room for the others. */
const MAX_STRING_CHARACTERS = 8192;
const MAX_KEY_CHARACTERS = 256;
/** Objects within objects, counted from the fields themselves. */
const MAX_DEPTH = 6;
/** Members of one object or array. */
const MAX_MEMBERS = 100;
/** Kept back for what is written when all is spent: brackets and notes on what was left out, at each depth. */
const RESERVED_CHARACTERS = 512;
/** A longer number takes noticeable time to print. */
const MAX_BIGINT = 10n ** 100n;

/**
 * The members of a JSON object, without its braces, that say what `fields` holds; "" for nothing. What is no object
 * with members of its own becomes the member `value`. Never throws, whatever getters, proxies or `toJSON` do:
 * - an error becomes `{type, message, stack, code?, cause?, errors?}`, a `Map` its pairs, a `Set` its values;
 * - a `Buffer` and the like becomes `[Buffer 12 bytes]`, a bigint its digits, `NaN` and infinities their names;
 * - what cannot be shown becomes `[Circular]`, `[Object]` (too deep), `[Getter threw]`, `[Unreadable]`;
 * - what is left out for its size is counted after a `…`. Functions, symbols and `undefined` are left out, as in JSON.
 * @param maxCharacters At least 1,024.
 */
export function fieldsToJson(fields: unknown, maxCharacters: number = MAX_FIELDS_CHARACTERS): string {
  const json = new BoundedJson(maxCharacters - RESERVED_CHARACTERS).write(fields);
  if (json === undefined) return "";
  return json.startsWith("{") ? json.slice(1, -1) : `"value":${json}`;
}

/** Writes one value. Every step costs at least a character of what is left, so that no shape takes long. */
class BoundedJson {
  #left: number;
  readonly #ancestors: object[] = [];

  constructor(maxCharacters: number) {
    this.#left = maxCharacters;
  }

  /** JSON text; `undefined` for what JSON leaves out. */
  write(value: unknown): string | undefined {
    switch (typeof value) {
      case "string":
        return this.#string(value, MAX_STRING_CHARACTERS);
      case "number":
        return this.#spend(Number.isFinite(value) ? String(value) : `"${value}"`);
      case "boolean":
        return this.#spend(String(value));
      case "bigint":
        return this.#spend(value < MAX_BIGINT && value > -MAX_BIGINT ? `"${value}"` : `"[BigInt]"`);
      case "object":
        return value === null ? this.#spend("null") : this.#object(value);
      default:
        return undefined;
    }
  }

  #object(value: object, isJsonForm: boolean = false): string | undefined {
    if (this.#ancestors.includes(value)) return this.#spend(`"[Circular]"`);
    if (this.#ancestors.length >= MAX_DEPTH) return this.#spend(`"[Object]"`);
    this.#ancestors.push(value);
    try {
      return isJsonForm ? this.#contents(value) : this.#special(value);
    } catch {
      return this.#spend(`"[Unreadable]"`);
    } finally {
      this.#ancestors.pop();
    }
  }

  /** Values that are not shown by their own properties. */
  #special(value: object): string | undefined {
    if (isError(value)) return this.#members(describeError(value));
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) {
      return this.#string(`[${kindOf(value)} ${value.byteLength} bytes]`, MAX_KEY_CHARACTERS);
    }
    if (types.isBoxedPrimitive(value)) return this.write(value.valueOf());
    if ("toJSON" in value && typeof value.toJSON === "function") {
      const form: unknown = value.toJSON("");
      if (typeof form !== "object" || form === null) return this.write(form);
      // As in JSON.stringify(), the form's own toJSON is not asked: it is often a copy that has one too.
      if (form !== value) return this.#object(form, true);
    }
    return this.#contents(value);
  }

  #contents(value: object): string {
    if (Array.isArray(value)) return this.#items(value, value.length);
    if (types.isMap(value) || types.isSet(value)) return this.#items(value, value.size);
    return this.#members(value);
  }

  #items(items: Iterable<unknown>, size: number): string {
    this.#left -= 2;
    let text = "";
    let written = 0;
    for (const item of items) {
      if (written > 0) text += ",";
      if (written === MAX_MEMBERS || this.#left <= 0) {
        text += `"… ${size - written} more"`;
        break;
      }
      this.#left -= 1;
      text += this.write(item) ?? this.#spend("null");
      written += 1;
    }
    return `[${text}]`;
  }

  #members(value: object): string {
    this.#left -= 2;
    let text = "";
    let written = 0;
    const keys = Object.keys(value);
    for (const [index, key] of keys.entries()) {
      if (written === MAX_MEMBERS || this.#left <= 0) {
        text += `${text === "" ? "" : ","}"…":"${keys.length - index} more"`;
        break;
      }
      this.#left -= 2;
      const json = this.#member(value, key);
      if (json === undefined) continue;
      text += `${text === "" ? "" : ","}${this.#string(key, MAX_KEY_CHARACTERS)}:${json}`;
      written += 1;
    }
    return `{${text}}`;
  }

  #member(value: object, key: string): string | undefined {
    let member: unknown;
    try {
      member = Reflect.get(value, key);
    } catch {
      return this.#spend(`"[Getter threw]"`);
    }
    return this.write(member);
  }

  #string(text: string, maxCharacters: number): string {
    const room = Math.max(0, Math.min(maxCharacters, this.#left));
    const json = JSON.stringify(boundText(text, room));
    // An escaped character takes up to six.
    return this.#spend(
      json.length <= room + 2 ? json : JSON.stringify(boundText(text, Math.floor(room / 6))),
    );
  }

  #spend(json: string): string {
    this.#left -= json.length;
    return json;
  }
}

/** Errors of another realm included, such as those of `node:vm`. */
export function isError(value: unknown): value is Error {
  return types.isNativeError(value) || value instanceof Error;
}

function describeError(error: Error): object {
  const { message, stack, code, cause, errors } = error as Error & { code?: unknown; errors?: unknown };
  return {
    type: errorType(error),
    message,
    stack,
    code,
    cause,
    errors: Array.isArray(errors) ? errors : undefined,
  };
}

/** Many classes set no `name`; a bundler's class names say nothing where one is set. */
function errorType(error: Error): unknown {
  const { name } = error;
  return name === "Error" && typeof error.constructor === "function" ? error.constructor.name : name;
}

function kindOf(value: object): string {
  return Buffer.isBuffer(value) ? "Buffer" : Object.prototype.toString.call(value).slice(8, -1);
}

/** Values whose writes are kept in a ledger, so that it is known what may be read of them. */
import type { Category } from "@stockpile/core";
import type { Content, Ledger } from "./ledger.js";

/** What is stored of a key: it names itself, so that another's shows. */
export interface Value {
  readonly key: string;
  readonly number: number;
}

export interface Ledgers {
  readonly strict: Ledger;
  readonly lenient: Ledger;
}

/** Writes a key and keeps the ledger of it. Rejects as the write does. */
export async function writeTo(
  category: Category<Value>,
  ledger: Ledger,
  key: string,
  content: Content,
): Promise<void> {
  ledger.try(key, content);
  if (content === "nothing") await category.delete(key);
  else await category.set(key, { key, number: content });
  ledger.acknowledge(key, content);
}

/** What is wrong with what was read of a key; `undefined` where nothing is. */
export function complainOf(ledger: Ledger, key: string, value: Value | undefined): string | undefined {
  if (value !== undefined && value.key !== key) return `${key}: received the value of ${value.key}`;
  return ledger.complain(key, value === undefined ? "nothing" : value.number);
}

/** Stands for the slow source behind a cache: a database, say, or another service. */
import { setTimeout as sleep } from "node:timers/promises";

export interface Product {
  readonly id: string;
  readonly name: string;
  readonly priceCents: number;
}

/** How long the source takes, in ms. */
const LATENCY_MS = 100;

const PRODUCTS: ReadonlyMap<string, Product> = new Map([
  ["1", { id: "1", name: "Kettle", priceCents: 3900 }],
  ["2", { id: "2", name: "Teapot", priceCents: 2450 }],
]);

/**
 * Finds a product; `undefined` where there is none.
 * @throws {DOMException} `signal` aborts.
 */
export async function findProduct(id: string, signal: AbortSignal): Promise<Product | undefined> {
  await sleep(LATENCY_MS, undefined, { signal });
  return PRODUCTS.get(id);
}

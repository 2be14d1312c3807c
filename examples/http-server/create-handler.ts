/** Answers requests from the cache: `GET /products/<id>` and `GET /health`. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { isStockpileError } from "@stockpile/core";
import type { Category, Stockpile } from "@stockpile/core";
import type { Product } from "./find-product.js";

const PRODUCT_PATH = /^\/products\/([^/?]+)$/;

/** A handler for `http.createServer`. It answers every request and never rejects. */
export function createHandler(
  stockpile: Stockpile,
  products: Category<Product>,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async ({ method, url = "/" }, response) => {
    const [, id] = PRODUCT_PATH.exec(url) ?? [];
    if (method !== "GET") answer(response, 405, { error: "expected GET" });
    else if (url === "/health") answerHealth(response, stockpile);
    else if (id === undefined) answer(response, 404, { error: "expected /products/<id> or /health" });
    else await answerProduct(response, products, id);
  };
}

async function answerProduct(
  response: ServerResponse,
  products: Category<Product>,
  id: string,
): Promise<void> {
  try {
    const { value, source } = await products.lookup(decodeURIComponent(id), { deadline: "3s" });
    response.setHeader("x-cache", source);
    if (value === undefined) answer(response, 404, { error: "no such product" });
    else answer(response, 200, value);
  } catch (error) {
    answer(response, statusOf(error), { error: error instanceof Error ? error.message : String(error) });
  }
}

/** 200 while degraded: a plugin that is down must not take the server out of rotation. */
function answerHealth(response: ServerResponse, stockpile: Stockpile): void {
  const health = stockpile.health();
  answer(response, health.status === "down" ? 503 : 200, health);
}

function statusOf(error: unknown): number {
  // What `decodeURIComponent` throws.
  if (error instanceof URIError) return 400;
  if (!isStockpileError(error)) return 500;
  switch (error.code) {
    case "STOCKPILE_KEY_INVALID":
      return 400;
    case "STOCKPILE_LOAD_FAILED":
      return 502;
    case "STOCKPILE_DEADLINE":
      return 504;
    default:
      return 503;
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
}

/** The Express application: `GET /weather/<city>`, and `GET /health`. */
import { isStockpileError } from "@stockpile/core";
import type { Category, Stockpile } from "@stockpile/core";
import express from "express";
import type { Express, NextFunction, Request, Response } from "express";
import type { Weather } from "./weather.js";

export function createApp(stockpile: Stockpile, weather: Category<Weather>): Express {
  const app = express();

  // oxlint-disable-next-line oxc/no-async-endpoint-handlers -- Express 5 hands a rejected promise to the error handler.
  app.get("/weather/:city", async (request, response) => {
    const { value, source, stale } = await weather.lookup(request.params.city, { deadline: "3s" });
    response.set("x-cache", source);
    response.set("x-cache-stale", String(stale));
    response.json(value);
  });

  app.get("/health", (_request, response) => {
    const health = stockpile.health();
    response.status(health.status === "down" ? 503 : 200).json(health);
  });

  app.use(handleError);
  return app;
}

/** Express knows an error handler by its four parameters. */
function handleError(error: unknown, _request: Request, response: Response, next: NextFunction): void {
  if (response.headersSent) return next(error);
  response.status(statusOf(error)).json({ error: error instanceof Error ? error.message : String(error) });
}

function statusOf(error: unknown): number {
  if (isStockpileError(error)) {
    if (error.code === "STOCKPILE_KEY_INVALID") return 400;
    if (error.code === "STOCKPILE_LOAD_FAILED") return 502;
    return error.code === "STOCKPILE_DEADLINE" ? 504 : 503;
  }
  // Express marks its own errors, as for a path that cannot be decoded.
  const status = error instanceof Error && "status" in error ? Number(error.status) : 500;
  return status >= 400 && status < 600 ? status : 500;
}

/** `stockpile status`: how a running server does. */
import { z } from "zod";

import { ageText } from "../age-text.js";
import { categoryTable } from "../category-table.js";
import { fetchHealth } from "../fetch-health.js";
import { jsonText } from "../json-text.js";
import { plainText } from "../plain-text.js";
import { pluginTable } from "../plugin-table.js";
import { readAnswer } from "./read-answer.js";
import { requestServer } from "./request-server.js";
import type { RemoteOptions } from "./server-option.js";

const MAX_CHARACTERS = 64;

const statusSchema = z.looseObject({
  version: z.string(),
  node: z.string(),
  startedAt: z.number(),
  at: z.number(),
});

/**
 * Prints the state of the server, its plugins and its categories.
 * @returns the exit code: 1 where the server is down.
 * @throws {Error} the server cannot be reached, or is none of Stockpile's.
 */
export async function printStatus({ server, json = false }: RemoteOptions): Promise<number> {
  const [health, answer] = await Promise.all([fetchHealth(server), requestServer(server, "/api/status")]);
  const status = readAnswer(answer, statusSchema, "the status");
  const isDown = health.status === "down";
  if (json) {
    process.stdout.write(`${jsonText({ ...status, ...health })}\n`);
    return Number(isDown);
  }
  const { isTTY, columns } = process.stdout;
  const plugins = pluginTable(health.plugins, {
    now: health.at,
    width: isTTY ? columns : undefined,
    isColoured: isTTY && process.stdout.hasColors(),
  });
  const version = plainText(status.version, MAX_CHARACTERS);
  const node = plainText(status.node, MAX_CHARACTERS);
  const state = plainText(health.status, MAX_CHARACTERS);
  process.stdout.write(
    `Stockpile ${version} at ${server.origin} is ${state}, started ${ageText(status.at - status.startedAt)} ago on Node ${node}
${plugins}
${categoryTable(health.categories)}
`,
  );
  return Number(isDown);
}

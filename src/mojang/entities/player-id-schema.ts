import { z } from "zod";

import { parsePlayerId } from "./player-id.js";

/** Reads an id off Mojang's answer: 32 hexadecimal digits in lower case once parsed. */
export const playerIdSchema: z.ZodType<string> = z.string().transform((text, context) => {
  const id = parsePlayerId(text);
  if (id !== undefined) return id;
  context.addIssue({ code: "custom", message: "expected a UUID", input: text });
  return z.NEVER;
});

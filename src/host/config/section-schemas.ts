import type { z } from "zod";

/** What checks the sections of the configuration that are others' to read, where their schemas are given. */
export interface SectionSchemas {
  /** What `server` is checked by and made into; without it `server` is taken as it stands. */
  readonly serverSchema?: z.ZodType;
  /** The same for `mojang`. */
  readonly mojangSchema?: z.ZodType;
}

/** The schemas among options, of which one that is `undefined` counts as left out. */
export function sectionSchemas({
  serverSchema,
  mojangSchema,
}: {
  readonly [Name in keyof SectionSchemas]: SectionSchemas[Name] | undefined;
}): SectionSchemas {
  return {
    ...(serverSchema === undefined ? {} : { serverSchema }),
    ...(mojangSchema === undefined ? {} : { mojangSchema }),
  };
}

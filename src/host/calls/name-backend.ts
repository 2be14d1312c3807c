/** A backend in an error: in its message, and in its fields. */

/** Its id is unknown while the configuration leaves it to a plugin that has not started. */
export interface NamedBackend {
  readonly pluginName: string;
  readonly backendId: string | undefined;
}

/** As in `storage backend "main" of plugin "redis"`. */
export function nameBackend({ pluginName, backendId }: NamedBackend): string {
  const name = backendId === undefined ? "the storage backend" : `storage backend "${backendId}"`;
  return `${name} of plugin "${pluginName}"`;
}

/** The fields that name it, an unknown one left out. */
export function backendFields({ pluginName, backendId }: NamedBackend): {
  readonly pluginName: string;
  readonly backendId?: string;
} {
  return backendId === undefined ? { pluginName } : { pluginName, backendId };
}

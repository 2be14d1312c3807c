/** What a plugin says of itself: its required export `metadata`. */
export interface PluginMetadata {
  /** Shown in the web page, the command line, health and logs. 1 to 128 characters. */
  readonly name: string;
  /** Semantic versioning recommended: anything else is warned about, not refused. 1 to 64 characters. */
  readonly version: string;
  readonly authors?: readonly string[];
  /** An http or https address. */
  readonly website?: string;
  /** Loads native addons; such a plugin does not run in a thread unless told to. */
  readonly native?: boolean;
}

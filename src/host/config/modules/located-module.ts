/** A plugin's module, its file known. */
export interface LocatedModule {
  /** Absolute path; it exists. */
  readonly file: string;
  /** The package's name, where the module was named by it or by its folder. */
  readonly packageName?: string;
}

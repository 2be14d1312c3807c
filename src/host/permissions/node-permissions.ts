/**
 * What the permission model of this Node can be told by flags. Known by the flags it lists and not by its version:
 * Node 20 calls the model experimental, 22 takes both names, and each later line has added flags.
 */

/** What this Node offers. */
export interface NodePermissions {
  /** The flag that switches the model on; `undefined`: this Node was built without. */
  readonly flag: string | undefined;
  /**
   * Whether its paths are those of the model's first form, which takes a comma for the end of a path, and ends the
   * whole process when a path is given twice.
   */
  readonly isFirstForm: boolean;
  /** Whether it can keep a plugin from the network; it must be allowed in so many words then. */
  readonly limitsNet: boolean;
  /** Whether it can let a plugin under it be debugged. */
  readonly allowsInspector: boolean;
}

/** What this Node offers. */
export const nodePermissions: NodePermissions = findPermissions(process.allowedNodeEnvironmentFlags);

/** @param flags every flag that a Node knows. */
export function findPermissions(flags: { has(flag: string): boolean }): NodePermissions {
  const flag = ["--permission", "--experimental-permission"].find((name) => flags.has(name));
  return {
    flag,
    isFirstForm: flag === "--experimental-permission",
    limitsNet: flags.has("--allow-net"),
    allowsInspector: flags.has("--allow-inspector"),
  };
}

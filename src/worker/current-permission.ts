/** What is used of `process.permission`. */
export interface Permission {
  has(scope: string, reference?: string): boolean;
  /** Takes a grant back; newer Nodes have it. */
  drop?(scope: string, reference?: string): void;
}

/** Node's permission model as it holds for this thread; `undefined` where it is off. */
export function currentPermission(): Permission | undefined {
  return (process as { readonly permission?: Permission }).permission;
}

/**
 * The names of categories that say themselves what they hold: all, where there is no registry; else none, so that a
 * name that is not in the registry does not compile.
 * @typeParam Registry By name, what each category holds; `object` for none.
 */
export type FreeName<Registry extends object> = [keyof Registry] extends [never] ? string : never;

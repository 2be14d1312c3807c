import type { IssueList } from "./issue-list.js";
import { NAME_FORM, NAME_PATTERN } from "./name.js";
import type { Outline } from "./outline.js";

/** Reports names of listed plugins and of categories that are of the wrong form. */
export function checkNames({ plugins, categories }: Outline, issues: IssueList): void {
  checkEach("plugins", plugins.keys(), issues);
  checkEach("categories", categories.keys(), issues);
}

function checkEach(key: "plugins" | "categories", names: Iterable<string>, issues: IssueList): void {
  for (const name of names) {
    if (NAME_PATTERN.test(name)) continue;
    issues.add([key, name], `expected a name of ${NAME_FORM}: received ${issues.describe(name)}`);
  }
}

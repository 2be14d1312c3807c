import { repository } from "../repository/repository.js";

/** The documents whose blocks are run: what a newcomer reads. Relative to the repository. */
export const documents: readonly string[] = [
  "README.md",
  ...repository.list("docs", ".md"),
  ...["examples", "plugins"].flatMap((folder) => repository.list(folder, "README.md")),
];

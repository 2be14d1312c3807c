import { readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";

const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));
/** Not documents of this project, or not kept with it. */
const SKIPPED = new Set(["node_modules", "dist", "coverage"]);

/** Every Markdown file of the repository, absolute. */
function documents(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return SKIPPED.has(entry.name) || entry.name.startsWith(".") ? [] : documents(path);
    }
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

/** The text without code, in which brackets are no links and hashes no headings. */
function prose(file: string): string {
  return readFileSync(file, "utf8").replace(/^```.*?^```$/gms, "");
}

/** The anchors that GitHub makes of the headings. */
function anchors(file: string): Set<string> {
  const headings = [...prose(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replace(/\s/g, "-"),
    ),
  );
}

/** What is wrong with a link, if anything. */
function faultOf(link: string, file: string): string | undefined {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? file : resolve(dirname(file), path);
  const stats = statSync(target, { throwIfNoEntry: false });
  if (stats === undefined) return `${link}: no such file`;
  if (anchor === undefined || !stats.isFile()) return undefined;
  return anchors(target).has(anchor) ? undefined : `${link}: no such heading`;
}

for (const file of documents(REPOSITORY)) {
  test(`${relative(REPOSITORY, file)} links to what is there`, (t) => {
    const links = [...prose(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
    const own = links.filter((link) => !/^[a-z]+:/.test(link));
    t.deepEqual(
      own.map((link) => faultOf(link, file)).filter((fault) => fault !== undefined),
      [],
    );
  });
}

/** The files of the web page, as `npm run build` has left them. */
import { readdirSync, readFileSync } from "node:fs";
import { extname } from "node:path";
import type { Logger } from "pino";
import { gzipSync } from "node:zlib";

/** A file in memory: the page is small, and is served as it was when the server started. */
export interface PageFile {
  readonly contentType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same by gzip. */
  readonly gzipped: Uint8Array<ArrayBuffer>;
}

/** Beside `dist/src`. */
const FOLDER: URL = new URL("../../../page/", import.meta.url);

/** The page itself; its other files have names that change with their contents. */
export const PAGE = "index.html";

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
};

/** By name. A name that is none of these is not looked for on the disk. */
export class PageFiles {
  readonly #files: ReadonlyMap<string, PageFile>;

  private constructor(files: ReadonlyMap<string, PageFile>) {
    this.#files = files;
  }

  /** Reads them all. Where there are none the log says so: a server without its page is one all the same. */
  static read(logger: Logger, folder: URL = FOLDER): PageFiles {
    try {
      const names = readdirSync(folder);
      return new PageFiles(new Map(names.map((name) => [name, readPageFile(new URL(name, folder))])));
    } catch (error) {
      logger.warn({ err: error }, "Serves no web page: its files are not there");
      return new PageFiles(new Map());
    }
  }

  /** `undefined`: there is no file of that name. */
  find(name: string): PageFile | undefined {
    return this.#files.get(name);
  }
}

function readPageFile(url: URL): PageFile {
  const bytes = new Uint8Array(readFileSync(url));
  const contentType = CONTENT_TYPES[extname(url.pathname)] ?? "application/octet-stream";
  return { contentType, bytes, gzipped: new Uint8Array(gzipSync(bytes)) };
}

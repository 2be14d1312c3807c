/**
 * The arrows between the layers: what each folder of `src` may import besides itself. A name that ends in `/` stands
 * for all the files of a layer, any other for that file alone. Nobody imports the worker: the host starts it by URL.
 */
export const LAYER_RULES: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  worker: ["src/contract/"],
  host: ["src/contract/"],
  testing: ["src/contract/", "src/host/main.ts"],
  keyv: ["src/host/main.ts"],
  mojang: ["src/host/main.ts"],
  server: ["src/host/main.ts", "src/mojang/main.ts"],
  // A page in a browser: it knows of the server only by what it is answered, and shares types alone.
  ui: ["src/host/main.ts", "src/server/"],
  cli: ["src/host/main.ts", "src/mojang/main.ts", "src/server/", "src/testing/main.ts"],
};

/** A server with Mojang's routes before a fake Mojang, both closed when the test ends. */
import type { ExecutionContext } from "ava";

import type { FakeMojang, FakeMojangOptions } from "../../../src/mojang/main.js";
import { startServer } from "../../../src/server/main.js";
import type { RunningServer, ServerOptions } from "../../../src/server/main.js";
import { openFake } from "../../mojang/open-mojang.js";

export interface OpenMojangServerOptions extends Partial<Omit<ServerOptions, "config">> {
  readonly fake?: FakeMojangOptions;
  /** The "mojang" section. */
  readonly mojang?: object;
  /** The rest of the configuration. */
  readonly config?: object;
}

export async function openMojangServer(
  t: ExecutionContext,
  { fake: fakeOptions, mojang = {}, config = {}, ...options }: OpenMojangServerOptions = {},
): Promise<{ readonly server: RunningServer; readonly fake: FakeMojang; readonly url: string }> {
  const fake = await openFake(t, fakeOptions);
  const server = await startServer({
    port: 0,
    ...options,
    config: {
      storage: { plugin: "memory" },
      ...config,
      mojang: { upstream: { services: fake.url, sessions: fake.url }, ...mojang },
    },
  });
  t.teardown(() => server.close());
  return { server, fake, url: server.address.url };
}

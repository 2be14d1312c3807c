import { pino } from "pino";
import { Deadlines } from "../../../src/host/calls/deadlines.js";
import { SecretMask } from "../../../src/host/config/secret-mask.js";
import { BackendRegistry } from "../../../src/host/plugins/backend-registry.js";
import type { HostServices } from "../../../src/host/plugins/host-services.js";
import { NativeModules } from "../../../src/host/plugins/native-modules.js";
import { FakeClock } from "../../support/fake-clock.js";
import { FakeLife } from "./fake-life.js";

/** What a host is to its plugins, with lives a test can lead. */
export interface FakeHost {
  readonly clock: FakeClock;
  readonly services: HostServices;
  /** Lives that were begun, oldest first. */
  readonly lives: FakeLife[];
  /** Log lines, as their readers see them. */
  readonly lines: Record<string, unknown>[];
  /** What each life does when it is begun; by default it becomes ready with one backend, `main`. */
  onLife: (life: FakeLife) => void;
}

export function makeHost(secrets: readonly string[] = []): FakeHost {
  const clock = new FakeClock();
  const lives: FakeLife[] = [];
  const lines: Record<string, unknown>[] = [];
  const host: FakeHost = {
    clock,
    lives,
    lines,
    onLife: (life) => void life.becomeReady(),
    services: {
      hostId: "host-1",
      clock,
      deadlines: new Deadlines(clock),
      logger: pino({ level: "trace" }, { write: (line) => void lines.push(JSON.parse(line)) }),
      secrets: new SecretMask(secrets),
      registry: new BackendRegistry(),
      natives: new NativeModules(),
      maxValueBytes: 1024,
      reports: undefined,
      startLife: (options) => {
        const life = new FakeLife(options, clock);
        lives.push(life);
        host.onLife(life);
        return life;
      },
    },
  };
  return host;
}

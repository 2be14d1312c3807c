/**
 * A process that hosts plugins: runs cells one after the other as its runner tells it, and says of each what was seen.
 * It speaks with the runner over a socket, because faults get at every descriptor that is inherited.
 * Argument: what host-input.ts describes, as JSON.
 */
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Bystanders } from "./bystanders.js";
import type { HostInput, HostOrder, HostReport } from "./host-input.js";
import { measurePool } from "./host-state.js";
import { runCell } from "./run-cell.js";
import { StallWatch } from "./stall-watch.js";
import { takeSample } from "./take-sample.js";

const input = JSON.parse(process.argv[2] ?? "") as HostInput; // from runner/host-process.ts
const socket = connect(input.controlPort, "127.0.0.1");
await once(socket, "connect");
let isReleased = false;
// Without a runner there is nobody to hear of anything, and a thread that is stuck in the kernel keeps this from exiting.
socket.on("close", () => {
  if (!isReleased) process.kill(process.pid, "SIGKILL");
});
// Node's pool starts its threads on first use; they are no leak of a cell's.
await measurePool(input.folder);
const stalls = new StallWatch();
const bystanders = await Bystanders.open(input.isolations, stalls);
const say = (report: HostReport): void => void socket.write(`${JSON.stringify(report)}\n`);
say({ token: input.token, type: "ready" });

for await (const line of createInterface(socket)) {
  const order = JSON.parse(line) as HostOrder; // from the same
  if (order.type === "end") {
    isReleased = true;
    break;
  }
  if (order.type === "sample") {
    say({ type: "sampled", sample: await takeSample(bystanders) });
    continue;
  }
  const space = String(order.number);
  const { storePort: port, plant } = input;
  const observation = await runCell(order.cell, {
    bystanders,
    stalls,
    folder: join(input.folder, space),
    pace: order.pace,
    subject: { port, space },
    ...(plant === undefined ? {} : { plant }),
  });
  say({ type: "seen", observation });
}
await bystanders.close();
stalls.close();
socket.destroy();
// From here on nothing keeps it alive, or it is found out.

import { CallChannel } from "../../../src/host/calls/call-channel.js";
import type { CallChannelOptions } from "../../../src/host/calls/call-channel.js";
import { CallStatistics } from "../../../src/host/calls/call-statistics.js";
import { Deadlines } from "../../../src/host/calls/deadlines.js";
import type { Clock } from "../../../src/host/clock.js";
import { RecentHistogram } from "../../../src/host/recent-histogram.js";

/** A channel whose calls nobody answers. */
export function makeSilentChannel(clock: Clock, limits: CallChannelOptions["limits"]): CallChannel {
  return new CallChannel({
    pluginName: "redis",
    invoke: () => new Promise(() => {}),
    clock,
    deadlines: new Deadlines(clock),
    statistics: new CallStatistics(new RecentHistogram(clock)),
    limits,
    mask: (text) => text,
    onFault: () => {},
  });
}

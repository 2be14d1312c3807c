/** Names this process among all that ever ran on the machine: ids of processes are used again, start times are not. */
export const hostId: string = `${process.pid}-${Math.round(performance.timeOrigin)}`;

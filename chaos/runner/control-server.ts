import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { randomUUID } from "node:crypto";
import type { HostReport } from "../host/host-input.js";

/** Where hosts connect to: a socket that they make themselves, since what is inherited is within reach of their faults. */
export class ControlServer {
  readonly #server: Server;
  readonly #awaited = new Map<string, (socket: Socket) => void>();

  private constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket) => this.#take(socket));
  }

  static async open(): Promise<ControlServer> {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    return new ControlServer(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port; // it listens on a port
  }

  /** By which a host is told from others. */
  token(): string {
    return randomUUID();
  }

  /** Resolves with the connection of that host once it is ready. */
  connection(token: string): Promise<Socket> {
    return new Promise((resolve) => {
      this.#awaited.set(token, resolve);
    });
  }

  close(): void {
    this.#server.close();
  }

  #take(socket: Socket): void {
    socket.setNoDelay(true);
    socket.on("error", () => undefined);
    // The first line says who it is; what follows is for whoever waits for that.
    socket.once("readable", () => {
      const text = socket.read() as Buffer | null; // no encoding has been set
      const report = text === null ? undefined : (JSON.parse(String(text)) as HostReport); // from host/main.ts
      const take = report?.type === "ready" ? this.#awaited.get(report.token) : undefined;
      if (take === undefined) socket.destroy();
      else take(socket);
    });
  }
}

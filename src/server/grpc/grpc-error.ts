/** A refusal of a call that comes neither from the cache nor from Mojang. */
import type { status as Status } from "@grpc/grpc-js";

/** Thrown while a call is handled; becomes its status. */
export class GrpcError extends Error {
  readonly code: Status;

  constructor(code: Status, message: string) {
    super(message);
    this.code = code;
  }

  static {
    this.prototype.name = "GrpcError";
  }
}

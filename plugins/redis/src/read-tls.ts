import { FLAG, SECRET, TEXT } from "./forms.js";
import { ParameterReader } from "./parameter-reader.js";
import type { TlsParameters } from "./parameters.js";

const NAMES: readonly string[] = [
  "caFile",
  "certFile",
  "keyFile",
  "passphrase",
  "servername",
  "rejectUnauthorized",
] satisfies (keyof TlsParameters)[];

/** TLS as Node speaks it by default: with the certificates of the system, and with none of its own. */
export const PLAIN_TLS: TlsParameters = {
  caFile: undefined,
  certFile: undefined,
  keyFile: undefined,
  passphrase: undefined,
  servername: undefined,
  rejectUnauthorized: true,
};

/** Reads `tls`: whether there is any, or how it is spoken. */
export function readTls(reader: ParameterReader, mistakes: string[]): TlsParameters | undefined {
  const value = reader.raw("tls");
  if (value === undefined || value === false) return undefined;
  if (value === true) return PLAIN_TLS;
  if (typeof value !== "object") {
    reader.refuse("tls", "true, false or an object", typeof value);
    return undefined;
  }
  const tls = new ParameterReader(value, "tls", { names: NAMES, mistakes });
  if (tls.has("certFile") !== tls.has("keyFile")) {
    const absent = tls.has("certFile") ? "keyFile" : "certFile";
    tls.refuse(absent, "there, as certificate and key belong together", "undefined");
  }
  return {
    caFile: tls.read("caFile", TEXT, undefined),
    certFile: tls.read("certFile", TEXT, undefined),
    keyFile: tls.read("keyFile", TEXT, undefined),
    passphrase: tls.read("passphrase", SECRET, undefined),
    servername: tls.read("servername", TEXT, undefined),
    rejectUnauthorized: tls.read("rejectUnauthorized", FLAG, true),
  };
}

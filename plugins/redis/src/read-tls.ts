import { FLAG, SECRET, TEXT } from "@stockpile/core/plugin";
import type { ParameterReader } from "@stockpile/core/plugin";
import type { TlsParameters } from "./parameters.js";

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
export function readTls(reader: ParameterReader): TlsParameters | undefined {
  const value = reader.value("tls");
  if (value === undefined || value === false) return undefined;
  if (value === true) return PLAIN_TLS;
  if (typeof value === "object") return reader.members("tls", readMembers);
  reader.refuse("tls", "true, false or an object", typeof value);
  return undefined;
}

function readMembers(tls: ParameterReader): TlsParameters {
  const parameters = {
    caFile: tls.read("caFile", TEXT, undefined),
    certFile: tls.read("certFile", TEXT, undefined),
    keyFile: tls.read("keyFile", TEXT, undefined),
    passphrase: tls.read("passphrase", SECRET, undefined),
    servername: tls.read("servername", TEXT, undefined),
    rejectUnauthorized: tls.read("rejectUnauthorized", FLAG, true),
  };
  if (tls.has("certFile") !== tls.has("keyFile")) {
    const absent = tls.has("certFile") ? "keyFile" : "certFile";
    tls.refuse(absent, "there, as certificate and key belong together", "undefined");
  }
  return parameters;
}

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionContext } from "ava";

export interface Certificate {
  readonly folder: string;
  readonly certFile: string;
  readonly keyFile: string;
  /** What a server says that speaks TLS with it. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Makes a certificate that is its own authority, for this machine. It is gone when the test ends. */
export function makeCertificate(t: ExecutionContext): Certificate {
  const folder = mkdtempSync(join(tmpdir(), "stockpile-tls-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const [certFile, keyFile] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const kind = "-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2".split(" ");
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  execFileSync("openssl", ["req", ...kind, "-keyout", keyFile, "-out", certFile, ...subject], {
    stdio: "ignore",
  });
  const settings = { "tls-cert-file": certFile, "tls-key-file": keyFile, "tls-ca-cert-file": certFile };
  return { folder, certFile, keyFile, settings };
}

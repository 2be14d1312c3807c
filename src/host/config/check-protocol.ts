import { PluginLoadError } from "../../contract/errors.js";
import { PROTOCOL_VERSION } from "../../contract/protocol.js";

/**
 * Says why a plugin cannot be loaded that declares another version of the protocol than this Stockpile speaks.
 *
 * @param name the plugin's key in the configuration.
 * @param file its module.
 * @param protocol what it declares; see `PluginConfig.protocol`.
 * @returns `undefined` where it declares this version or none.
 */
export function checkProtocol(
  name: string,
  file: string,
  protocol: number | undefined,
): PluginLoadError | undefined {
  if (protocol === undefined || protocol === PROTOCOL_VERSION) return undefined;
  const found = Number.isNaN(protocol) ? "a declaration that is not a whole number" : String(protocol);
  return new PluginLoadError(
    `Cannot load plugin "${name}" from ${file}: expected protocol ${PROTOCOL_VERSION}: found ${found}: ${remedyFor(protocol)}`,
    { pluginName: name },
  );
}

function remedyFor(protocol: number): string {
  if (protocol > PROTOCOL_VERSION) return "update Stockpile, or install an earlier version of the plugin";
  if (protocol < PROTOCOL_VERSION)
    return "update the plugin, or build it anew against this version of Stockpile";
  return `write "stockpile": { "protocol": ${PROTOCOL_VERSION} } in the plugin's package.json`;
}

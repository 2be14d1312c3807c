import test from "ava";

import { toDashedId } from "../../../src/mojang/main.js";
import type { MojangEvent, Profile } from "../../../src/mojang/main.js";
import { encodeEvent } from "../../../src/server/grpc/event-message.js";
import { Wire } from "../../../src/server/grpc/wire.js";
import { packageVersion } from "../../../src/server/package-version.js";
import { openMojangServer } from "../mojang/open-mojang-server.js";
import { openServer } from "../open-server.js";
import { openClient } from "./grpc-client.js";
import { int, message, text } from "./wire-bytes.js";

const wire = new Wire();
const ID = "853c80ef3c3749fdaa49938b674adae6";
const DASHED = "853c80ef-3c37-49fd-aa49-938b674adae6";
const TYPES = "type.googleapis.com/rpc.";

test.serial(
  "a profile id is 1 id, 2 name, 5 validUntil, 6 firstSeenAt, 7 lastSeenAt, in seconds",
  async (t) => {
    const { server } = await openMojangServer(t, { fake: { players: ["Alder"] } });
    const client = openClient(t, server);
    const bytes = await client.callRaw("rpc.ProfileService/GetId", text(1, "alder"));
    const { value } = (await server.mojang?.profileIdByName("alder")) ?? {};
    if (value === undefined) return t.fail("There is no such player");
    const expected = message(
      text(1, toDashedId(value.id)),
      text(2, "Alder"),
      int(5, Math.floor(value.validUntil / 1000)),
      int(6, Math.floor(value.firstSeenAt / 1000)),
      int(7, Math.floor(value.lastSeenAt / 1000)),
    );
    t.deepEqual(bytes, expected);
    const bulk = await client.callRaw(
      "rpc.ProfileService/BulkGetId",
      message(text(1, "nobody"), text(1, "ALDER")),
    );
    t.deepEqual(bulk, text(1, expected));
  },
);

test.serial(
  "a profile is 1 id, 2 name, 3 properties and 4 textures, value and signature to the byte",
  async (t) => {
    const { server } = await openMojangServer(t, { fake: { players: ["Alder"] } });
    const { value: found } = (await server.mojang?.profileIdByName("Alder")) ?? {};
    if (found === undefined) return t.fail("There is no such player");
    const bytes = await openClient(t, server).callRaw("rpc.ProfileService/GetProfile", text(1, found.id));
    const { value: profile } = (await server.mojang?.profile(found.id, { signed: true })) ?? {};
    const [property] = profile?.properties ?? [];
    if (property === undefined) return t.fail("The profile has no properties");
    const textures = JSON.parse(Buffer.from(property.value, "base64").toString());
    t.deepEqual(
      bytes,
      message(
        text(1, toDashedId(found.id)),
        text(2, "Alder"),
        text(
          3,
          message(text(1, "textures"), text(2, property.value), text(3, property.signature ?? "missing")),
        ),
        text(
          4,
          message(
            text(1, toDashedId(found.id)),
            text(2, "Alder"),
            text(3, textures.textures.SKIN.url),
            int(5, Math.floor(textures.timestamp / 1000)),
          ),
        ),
      ),
    );
  },
);

test.serial("the status has its fields from 1, of which a package leaves 4 and 5 empty", async (t) => {
  const bytes = await openClient(t, await openServer(t)).callRaw(
    "rpc.SystemService/GetStatus",
    Buffer.alloc(0),
  );
  const version = packageVersion();
  t.deepEqual(bytes, message(text(1, "stockpile"), text(2, version), text(3, `stockpile-${version}`)));
});

test.serial("plugins are 1 with 1 name, 2 version, 3 authors each, 4 website", async (t) => {
  const server = await openServer(t);
  const bytes = await openClient(t, server).callRaw("rpc.SystemService/GetPlugins", Buffer.alloc(0));
  const plugins = server.stockpile
    .health()
    .plugins.map(({ metadata }) =>
      text(
        1,
        message(
          text(1, metadata?.name ?? "missing"),
          text(2, metadata?.version ?? "missing"),
          ...(metadata?.authors ?? []).map((author) => text(3, author)),
          ...(metadata?.website === undefined ? [] : [text(4, metadata.website)]),
        ),
      ),
    );
  t.true(plugins.length > 0);
  t.deepEqual(bytes, message(...plugins));
});

test.serial("the blacklist is 1 hashes, and what a check has matched is 1 addresses", async (t) => {
  const { server, fake } = await openMojangServer(t);
  const hash = "6f2520d6e8a5b0f4e3f5a0ff3b9cf1a1e1f0f2d3";
  fake.blockServers([hash]);
  const client = openClient(t, server);
  t.deepEqual(await client.callRaw("rpc.ServerService/GetBlacklist", Buffer.alloc(0)), text(1, hash));
  const none = await client.callRaw("rpc.ServerService/CheckBlacklist", text(1, "play.example.org"));
  t.is(none.byteLength, 0);
});

const PROFILE: Profile = {
  id: ID,
  name: "jeb_",
  properties: [
    { name: "other", value: "v" },
    {
      name: "textures",
      value: Buffer.from(
        JSON.stringify({
          timestamp: 1_531_083_532_999,
          profileId: ID,
          profileName: "jeb_",
          textures: { SKIN: { url: "http://s" }, CAPE: { url: "http://c" } },
        }),
      ).toString("base64"),
      signature: "sig",
    },
  ],
};

const EVENTS: readonly { readonly event: MojangEvent; readonly bytes: Buffer }[] = [
  {
    event: {
      type: "PROFILE_ID",
      key: { name: "jeb_", at: 1_795_342_694_999 },
      profileId: {
        id: ID,
        name: "jeb_",
        validUntil: 1_798_539_494_000,
        firstSeenAt: 1_795_342_694_000,
        lastSeenAt: 1_795_342_695_000,
      },
    },
    bytes: message(
      text(
        3,
        message(text(1, `${TYPES}ProfileIdKey`), text(2, message(text(1, "jeb_"), int(2, 1_795_342_694)))),
      ),
      text(
        4,
        message(
          text(1, `${TYPES}ProfileId`),
          text(
            2,
            message(
              text(1, DASHED),
              text(2, "jeb_"),
              int(5, 1_798_539_494),
              int(6, 1_795_342_694),
              int(7, 1_795_342_695),
            ),
          ),
        ),
      ),
    ),
  },
  {
    event: {
      type: "NAME_HISTORY",
      id: ID,
      history: [
        { id: ID, name: "old", firstSeenAt: 1_000_000, lastSeenAt: 2_000_000, validUntil: 3_000_000 },
        { id: ID, name: "jeb_", firstSeenAt: 3_000_000, lastSeenAt: 3_000_000, validUntil: 9_000_000 },
      ],
    },
    bytes: message(
      int(1, 1),
      text(3, message(text(1, `${TYPES}IdKey`), text(2, text(1, DASHED)))),
      text(
        4,
        message(
          text(1, `${TYPES}NameHistory`),
          text(
            2,
            message(
              text(1, message(text(1, "old"), int(3, 3_000))),
              text(1, message(text(1, "jeb_"), int(2, 3_000), int(3, 9_000))),
            ),
          ),
        ),
      ),
    ),
  },
  {
    event: { type: "PROFILE", id: ID, profile: PROFILE },
    bytes: message(
      int(1, 2),
      text(3, message(text(1, `${TYPES}IdKey`), text(2, text(1, DASHED)))),
      text(
        4,
        message(
          text(1, `${TYPES}Profile`),
          text(
            2,
            message(
              text(1, DASHED),
              text(2, "jeb_"),
              text(3, message(text(1, "other"), text(2, "v"))),
              text(
                3,
                message(text(1, "textures"), text(2, PROFILE.properties[1]?.value ?? ""), text(3, "sig")),
              ),
              text(
                4,
                message(
                  text(1, DASHED),
                  text(2, "jeb_"),
                  text(3, "http://s"),
                  text(4, "http://c"),
                  int(5, 1_531_083_532),
                ),
              ),
            ),
          ),
        ),
      ),
    ),
  },
  {
    event: { type: "BLACKLIST", hashes: ["a".repeat(40), "b".repeat(40)] },
    bytes: message(
      int(1, 3),
      text(
        4,
        message(
          text(1, `${TYPES}Blacklist`),
          text(2, message(text(1, "a".repeat(40)), text(1, "b".repeat(40)))),
        ),
      ),
    ),
  },
];

for (const { event, bytes } of EVENTS) {
  test(`an event ${event.type} is 1 type, 3 key and 4 object, whose types clients of the first Stockpile know`, (t) => {
    t.deepEqual(encodeEvent(wire, event), bytes);
  });
}

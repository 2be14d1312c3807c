import test from "ava";

import { toBlacklist, toNameHistory, toProfile, toSeconds } from "../../../src/server/grpc/to-message.js";

const ID = "853c80ef3c3749fdaa49938b674adae6";

/** A profile whose textures are what `value` says. */
function profileWith(value: string): Parameters<typeof toProfile>[0] {
  return { id: ID, name: "jeb_", properties: [{ name: "textures", value }] };
}

test("toProfile() leaves textures out where a profile has none, or none that can be read", (t) => {
  t.is(toProfile({ id: ID, name: "jeb_", properties: [] }).textures, undefined);
  t.is(toProfile(profileWith("what is this?")).textures, undefined);
});

test("toProfile() has no address for a skin or cape that a player does not have", (t) => {
  const value = { timestamp: 1_999, profileId: ID, profileName: "jeb_", textures: {} };
  const { textures } = toProfile(profileWith(Buffer.from(JSON.stringify(value)).toString("base64")));
  t.deepEqual(textures, {
    profileId: "853c80ef-3c37-49fd-aa49-938b674adae6",
    profileName: "jeb_",
    skinUrl: "",
    capeUrl: "",
    timestamp: 1,
  });
});

test("toNameHistory() does not know when the first name was taken", (t) => {
  const seen = { id: ID, lastSeenAt: 5_000, validUntil: 9_999 };
  t.deepEqual(
    toNameHistory([
      { ...seen, name: "a", firstSeenAt: 1_000 },
      { ...seen, name: "b", firstSeenAt: 5_000 },
    ]).history?.map(({ changedToAt, validUntil }) => [changedToAt, validUntil]),
    [
      [0, 9],
      [5, 9],
    ],
  );
});

test("toBlacklist() is empty for what is no list, and toSeconds() goes down", (t) => {
  t.deepEqual(toBlacklist(`${"A".repeat(40)}\n`), { hashes: ["a".repeat(40)] });
  t.deepEqual(toBlacklist("<html>"), { hashes: [] });
  t.is(toSeconds(1_531_083_532_999), 1_531_083_532);
});

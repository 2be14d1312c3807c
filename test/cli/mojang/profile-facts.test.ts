import test from "ava";

import { profileFacts } from "../../../src/cli/mojang/profile-facts.js";
import type { ReceivedProfile } from "../../../src/cli/mojang/profile-facts.js";

const ID = "dc2c3e44-cee2-47b3-a351-5ca0b349226a";

function profile(changes: Partial<ReceivedProfile> = {}): ReceivedProfile {
  return { id: ID, name: "Dev_Alder", properties: [], textures: null, ...changes };
}

function textures(
  changes: Partial<NonNullable<ReceivedProfile["textures"]>> = {},
): NonNullable<ReceivedProfile["textures"]> {
  return { profileId: ID, profileName: "Dev_Alder", skinUrl: "", capeUrl: "", timestamp: 0, ...changes };
}

test("profileFacts() says of a profile without textures that nobody knows its skin", (t) => {
  t.deepEqual(profileFacts(profile()), [
    ["Name", "Dev_Alder"],
    ["Id", ID],
    ["Skin", "unknown: the profile has no textures"],
  ]);
});

test("profileFacts() says of textures without a skin that it is the default one, and names no model", (t) => {
  const facts = new Map(profileFacts(profile({ textures: textures() })));
  t.is(facts.get("Skin"), "the default one");
  t.is(facts.get("Cape"), "none");
  t.false(facts.has("Model"));
});

test("profileFacts() tells signed properties from others, and those of hundreds only some", (t) => {
  const property = { name: "textures", value: "abc", signature: "" };
  t.deepEqual(profileFacts(profile({ properties: [property, { ...property, signature: "x" }] })).slice(3), [
    ["Property", "textures, 3 characters, not signed"],
    ["Property", "textures, 3 characters, signed"],
  ]);
  const many = Array.from({ length: 500 }, () => property);
  t.is(profileFacts(profile({ properties: many })).length, 23);
});

test("profileFacts() takes out what could drive the terminal, from addresses too", (t) => {
  const evil = "http://a/\u001b[2J\u009b\u202e";
  const signature = "";
  const facts = profileFacts(
    profile({
      id: evil,
      name: evil,
      properties: [{ name: evil, value: evil, signature }],
      textures: textures({ skinUrl: evil, capeUrl: evil }),
    }),
  );
  t.is(facts.filter(([, text]) => text.includes("http://a/")).length, 5);
  // oxlint-disable-next-line no-control-regex -- They are what must not be there.
  for (const [, text] of facts) t.notRegex(text, /[\u0000-\u001f\u007f-\u009f\u202e]/);
});

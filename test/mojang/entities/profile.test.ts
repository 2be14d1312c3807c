import test from "ava";

import { profileSchema, texturesOf } from "../../../src/mojang/entities/profile.js";
import type { Profile } from "../../../src/mojang/entities/profile.js";

const ID = "0123456789abcdef0123456789abcdef";

function withTextures(textures: unknown): Profile {
  const value = Buffer.from(JSON.stringify(textures)).toString("base64");
  return { id: ID, name: "Dev_Alder", properties: [{ name: "textures", value }] };
}

test("profileSchema hands on what Mojang adds, and the id without dashes", (t) => {
  const properties = [{ name: "textures", value: "x", signature: "y", more: 1 }];
  const parsed = profileSchema.parse({
    id: "01234567-89AB-cdef-0123-456789abcdef",
    name: "Dev_Alder",
    properties,
    profileActions: ["USING_BANNED_SKIN"],
    later: true,
  });
  t.deepEqual(parsed, {
    id: ID,
    name: "Dev_Alder",
    properties,
    profileActions: ["USING_BANNED_SKIN"],
    later: true,
  } as Profile);
});

for (const [what, wrong] of [
  ["no object", []],
  ["no id", { name: "x", properties: [] }],
  ["another id", { id: "x", name: "x", properties: [] }],
  ["no properties", { id: ID, name: "x" }],
  ["a property without a value", { id: ID, name: "x", properties: [{ name: "textures" }] }],
] as const) {
  test(`profileSchema refuses ${what}`, (t) => {
    t.false(profileSchema.safeParse(wrong).success);
  });
}

test("texturesOf() reads where skin and cape lie", (t) => {
  const textures = {
    timestamp: 5,
    profileId: ID,
    profileName: "Dev_Alder",
    textures: { SKIN: { url: "http://skin", metadata: { model: "slim" } }, CAPE: { url: "http://cape" } },
  };
  t.deepEqual(texturesOf(withTextures(textures)), {
    timestamp: 5,
    profileId: ID,
    profileName: "Dev_Alder",
    skinUrl: "http://skin",
    isSlim: true,
    capeUrl: "http://cape",
  });
  t.like(texturesOf(withTextures({ ...textures, textures: {} })), { skinUrl: undefined, isSlim: false });
});

test("texturesOf() takes what it cannot read for none", (t) => {
  t.is(texturesOf({ id: ID, name: "x", properties: [] }), undefined);
  t.is(texturesOf({ id: ID, name: "x", properties: [{ name: "textures", value: "%%%" }] }), undefined);
  t.is(texturesOf(withTextures({ textures: [] })), undefined);
});

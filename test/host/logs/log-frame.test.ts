import test from "ava";
import { FRAME_LIMITS, isLogFrame } from "../../../src/host/logs/log-frame.js";
import { MAX_MESSAGE_CHARACTERS } from "../../../src/worker/logs/bound-text.js";
import { MAX_FIELDS_CHARACTERS } from "../../../src/worker/logs/fields-json.js";
import { MAX_WAITING_BYTES, MAX_WAITING_LINES } from "../../../src/worker/logs/log-outbox.js";

const line = { level: 30, time: 1, message: "hello" };

test("isLogFrame() admits lines with and without fields, and no lines", (t) => {
  t.true(isLogFrame([]));
  t.true(isLogFrame([line, { ...line, fields: "{}" }, { ...line, level: -1 }]));
});

test("isLogFrame() refuses lines of any other form", (t) => {
  const forms: unknown[] = [
    undefined,
    null,
    "line",
    { length: 1, 0: line },
    new Map([[0, line]]),
    [undefined],
    Object.assign([], { length: 3 }),
    [[]],
    [{ ...line, level: "30" }],
    [{ ...line, level: NaN }],
    [{ ...line, time: Infinity }],
    [{ ...line, time: undefined }],
    [{ ...line, message: undefined }],
    [{ ...line, message: { length: 1 } }],
    [{ ...line, fields: null }],
    [{ ...line, fields: {} }],
    [line, { ...line, level: 30n }],
    [line, { ...line, junk: [] }],
    Object.assign([line], { junk: [] }),
  ];
  for (const form of forms) t.false(isLogFrame(form));
});

test("isLogFrame() refuses more than its limits", (t) => {
  const { lines, messageCharacters, fieldsCharacters, characters } = FRAME_LIMITS;
  const longest = { ...line, message: "x".repeat(messageCharacters), fields: "x".repeat(fieldsCharacters) };
  t.true(isLogFrame(Array.from({ length: lines }, () => line)));
  t.false(isLogFrame(Array.from({ length: lines + 1 }, () => line)));
  t.true(isLogFrame([longest]));
  t.false(isLogFrame([{ ...longest, message: `${longest.message}x` }]));
  t.false(isLogFrame([{ ...longest, fields: `${longest.fields}x` }]));
  const fitting = Math.floor(characters / (messageCharacters + fieldsCharacters));
  t.true(isLogFrame(Array.from({ length: fitting }, () => longest)));
  t.false(isLogFrame(Array.from({ length: fitting + 1 }, () => longest)));
});

test("isLogFrame() admits the largest frame a worker sends", (t) => {
  t.true(MAX_WAITING_LINES <= FRAME_LIMITS.lines);
  t.true(MAX_MESSAGE_CHARACTERS <= FRAME_LIMITS.messageCharacters);
  t.true(MAX_FIELDS_CHARACTERS <= FRAME_LIMITS.fieldsCharacters);
  const oneLineMore = MAX_MESSAGE_CHARACTERS + MAX_FIELDS_CHARACTERS;
  t.true(MAX_WAITING_BYTES / 2 + oneLineMore <= FRAME_LIMITS.characters);
});

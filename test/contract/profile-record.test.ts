import { fc, testProp } from "@fast-check/ava";
import test from "ava";
import { RECORD_BYTES, takeRecord } from "../../src/contract/lifeline-record.js";
import {
  MAX_PROFILE_BYTES,
  ProfilePieces,
  REQUEST_BYTES,
  encodeProfile,
  encodeProfileRequest,
  isProfilePiece,
  readProfileRequest,
} from "../../src/contract/profile-record.js";
import { Pulse } from "../../src/contract/pulse.js";

function records(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: bytes.byteLength / RECORD_BYTES }, (_, index) =>
    bytes.subarray(index * RECORD_BYTES, (index + 1) * RECORD_BYTES),
  );
}

testProp(
  "ProfilePieces puts together what encodeProfile() has cut, one profile after the other",
  [fc.array(fc.uint8Array({ minLength: 1, maxLength: 500 }), { minLength: 1, maxLength: 3 })],
  (t, texts) => {
    const pieces = new ProfilePieces();
    for (const text of texts) {
      const cut = records(encodeProfile(text));
      const answers = cut.map((record) => {
        t.true(isProfilePiece(record));
        t.false(takeRecord(record, new Pulse()));
        return pieces.push(record);
      });
      t.deepEqual(answers.pop(), text);
      t.true(answers.every((answer) => answer === undefined));
    }
  },
);

test("ProfilePieces refuses a profile that is too large or empty, and a piece that does not follow", (t) => {
  const [first = new Uint8Array(), second = new Uint8Array()] = records(encodeProfile(new Uint8Array(100)));
  t.is(new ProfilePieces().push(records(encodeProfile(new Uint8Array(MAX_PROFILE_BYTES + 1)))[0]!), null);
  const empty = new Uint8Array(first);
  empty.fill(0, 4, 8);
  t.is(new ProfilePieces().push(empty), null);
  const pieces = new ProfilePieces();
  t.is(pieces.push(first), undefined);
  t.is(pieces.push(first), null);
  t.is(pieces.push(second), undefined);
});

test("readProfileRequest() reads how long, and nothing else", (t) => {
  const request = encodeProfileRequest(123.4);
  t.is(request.byteLength, REQUEST_BYTES);
  t.is(readProfileRequest(request), 123);
  t.is(readProfileRequest(encodeProfileRequest(0)), undefined);
  t.is(readProfileRequest(new Uint8Array(REQUEST_BYTES)), undefined);
});

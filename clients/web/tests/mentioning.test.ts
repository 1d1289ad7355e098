import assert from "node:assert/strict";
import { test } from "node:test";
import { begunAt, mentionedIn, offered, piecesOf } from "../src/chat/composer/mentioning.js";
import type { UserGroup } from "../src/chat/session/user_groups.js";

const group = (handle: string, name = handle) => ({ id: `id-${handle}`, handle, name }) as UserGroup;
const GROUPS = [group("team", "Our team"), group("team-b"), group("on.call", "On call"), group("cooks", "Those who cook")];

test("a handle is begun by an @ at the beginning of a word", () => {
  assert.deepEqual(begunAt("hello @Te", 9), { from: 6, handle: "te" });
  assert.deepEqual(begunAt("@", 1), { from: 0, handle: "" });
  assert.deepEqual(begunAt("(@on.", 5), { from: 1, handle: "on." });
  for (const text of ["me@team", "hello", "@team ", "@te am", ""]) assert.equal(begunAt(text, text.length), undefined);
  assert.deepEqual(begunAt("@team and more", 3), { from: 0, handle: "te" });
});

test("groups are offered by the beginning of their handle, then of a word of their name", () => {
  const handles = (begun: string) => offered(GROUPS, begun).map(({ handle }) => handle);
  assert.deepEqual(handles("te"), ["team", "team-b"]);
  assert.deepEqual(handles("o"), ["on.call", "team"]);
  assert.deepEqual(handles("cook"), ["cooks"]);
  assert.deepEqual(handles("x"), []);
  assert.equal(offered(Array.from({ length: 50 }, (_, place) => group(`g${place}`)), "").length, 6);
});

test("a text mentions the groups whose handles stand in it, each once, as many as it may", () => {
  const mentioned = (text: string) => mentionedIn(text, GROUPS);
  assert.deepEqual(mentioned("@team, @Team-B and (@on.call)."), ["id-team", "id-team-b", "id-on.call"]);
  assert.deepEqual(mentioned("@team @team"), ["id-team"]);
  assert.deepEqual(mentioned("ask @on.call. Or @team..."), ["id-on.call", "id-team"]);
  assert.deepEqual(mentioned("me@team.example https://x.example/@team @teams @nobody"), []);
  const many = Array.from({ length: 7 }, (_, place) => group(`g${place}`));
  assert.deepEqual(mentionedIn(many.map(({ handle }) => `@${handle}`).join(" "), many).length, 5);
});

test("the pieces of a text are the text", () => {
  for (const text of ["", "@team", "hello @team!", "@team@team-b", "a @on.call. b @cooks-", "@@team"]) {
    const pieces = piecesOf(text, GROUPS);
    assert.equal(pieces.map((each) => each.text).join(""), text);
    for (const each of pieces) if (each.group) assert.equal(each.text.toLowerCase(), `@${each.group.handle}`);
  }
  assert.deepEqual(piecesOf("@team", []), [{ text: "@team" }]);
});

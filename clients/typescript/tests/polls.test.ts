import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { WebSocket } from "ws";
import { Api, Chat, isClosed, Refused, type Event, type Message, type SocketLike } from "@parley/client";
import { problem, Server, until } from "./server.js";

type Poll = NonNullable<Message["poll"]>;
const LUNCH: Poll = {
  question: "Lunch?", options: [{ id: "1", text: "Pizza" }, { id: "2", text: "Soup" }],
  max_votes: 1, anonymous: false, closes_at: null, results: { counts: { 1: 2, 2: 1 }, voters: 3, closed_at: null, mine: ["2"] },
};

let server: Server;
let chat: Chat;
beforeEach(async () => {
  server = await new Server().start();
  chat = new Chat(new Api({ url: server.url, token: "good" }), { socketsUrl: server.socketsUrl, WebSocket: WebSocket as unknown as new (url: string) => SocketLike, userId: "ada" });
  server.say("", "bob", LUNCH);
  await chat.start();
  await until(() => chat.store.getSnapshot().connection === "open");
  await chat.open(server.conversation);
});
afterEach(async () => {
  await chat.stop();
  await server.stop();
});

const shown = () => chat.store.getSnapshot().timelines[server.conversation]?.messages[0]?.poll?.results;
const answer = (mine: string[], counts: Record<string, number>, voters: number) => ({ status: 200, body: { message_id: "m1", results: { counts, voters, closed_at: null, mine } } });
const told = (version: number, counts: Record<string, number>, voters: number) => {
  const poll_results = { counts, voters, closed_at: null };
  const data = { message_id: "m1", reactions: {}, reply_count: 0, last_reply_at: null, poll_results };
  server.tell({ type: "poll.updated", entity_id: "m1/annotations", seq: 1, version, changed: ["poll_results"], data } as Partial<Event>);
};

test("a vote is shown at once, and as the answer has it then", async () => {
  server.fault = (method, path) => (method === "PUT" && path === "/v1/messages/m1/votes" ? answer(["1"], { 1: 4, 2: 0 }, 4) : undefined);
  const voted = chat.polls.vote("m1", ["1"]);
  assert.deepEqual(shown(), { counts: { 1: 3, 2: 0 }, voters: 3, closed_at: null, mine: ["1"] });
  await voted;
  assert.deepEqual(shown(), { counts: { 1: 4, 2: 0 }, voters: 4, closed_at: null, mine: ["1"] });
});

test("a vote that is refused is undone", async () => {
  server.fault = (method) => (method === "PUT" ? problem(409, "poll_closed") : undefined);
  const voted = chat.polls.vote("m1", []);
  assert.deepEqual(shown(), { counts: { 1: 2, 2: 0 }, voters: 2, closed_at: null, mine: [] });
  await assert.rejects(voted, (failure) => failure instanceof Refused && failure.code === "poll_closed");
  assert.deepEqual(shown(), LUNCH.results);
});

test("what others vote is told, beside one's own; an edit changes none of it", async () => {
  told(3, { 1: 9, 2: 1 }, 10);
  await until(() => shown()?.voters === 10);
  told(2, { 1: 2, 2: 2 }, 4);
  const { reactions: _, reply_count: __, last_reply_at: ___, ...content } = server.messages[0]!;
  const data = { ...content, text: "Hungry?", poll: { ...LUNCH, results: null }, version: 2 };
  server.tell({ type: "message.updated", entity_id: "m1", seq: 1, version: 2, changed: ["text"], data } as Partial<Event>);
  await until(() => chat.store.getSnapshot().timelines[server.conversation]?.messages[0]?.text === "Hungry?");
  assert.deepEqual(shown(), { counts: { 1: 9, 2: 1 }, voters: 10, closed_at: null, mine: ["2"] });
});

test("what is told while a vote is under way is shown after its answer", async () => {
  server.fault = (method) => (method === "PUT" ? answer(["1"], { 1: 3, 2: 0 }, 3) : undefined);
  server.underway = () => 50;
  const voted = chat.polls.vote("m1", ["1"]);
  told(5, { 1: 3, 2: 7 }, 10);
  await voted;
  await until(() => shown()?.voters === 10);
  assert.deepEqual(shown(), { counts: { 1: 3, 2: 7 }, voters: 10, closed_at: null, mine: ["1"] });
});

test("a vote on another device is told, and one of somebody else's changes nothing", async () => {
  const voted = (user_id: string, options: string[], version: number) =>
    server.tell({ type: "poll.voted", entity_id: `m1/votes/${user_id}`, seq: 1, version, changed: ["options"], data: { message_id: "m1", user_id, options } } as Partial<Event>);
  voted("bob", ["2"], 1);
  voted("ada", ["1"], 4);
  await until(() => shown()?.mine.join() === "1");
  assert.deepEqual(shown(), { ...LUNCH.results, mine: ["1"] });
  voted("ada", ["2"], 3);
  voted("ada", [], 5);
  await until(() => shown()?.mine.length === 0);
});

test("the list shows the question of a new poll", async () => {
  server.say("", "bob", { ...LUNCH, question: "Dinner?", results: null });
  await until(() => chat.store.getSnapshot().conversations[0]?.last_message?.text === "Dinner?");
});

test("a poll is closed once it was closed or its time has come", () => {
  assert.equal(isClosed(LUNCH), false);
  assert.equal(isClosed({ ...LUNCH, closes_at: "2026-01-01T00:00:00.000Z" }, Date.parse("2026-01-01T00:00:00.000Z")), true);
  assert.equal(isClosed({ ...LUNCH, closes_at: "2026-01-01T00:00:00.000Z" }, Date.parse("2025-12-31T23:59:59.000Z")), false);
  assert.equal(isClosed({ ...LUNCH, results: { ...LUNCH.results!, closed_at: "2026-01-01T00:00:00.000Z" } }), true);
});

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { WebSocket } from "ws";
import { Api, Chat, type Event, type SocketLike } from "@parley/client";
import { LivelyServer } from "./lively_server.js";
import { until } from "./server.js";

let server: LivelyServer;
let chat: Chat;
let applied: Event[];
beforeEach(async () => {
  server = (await new LivelyServer().start()) as LivelyServer;
  server.say("first");
  applied = [];
  const onEvent = (event: Event) => void applied.push(event);
  chat = new Chat(new Api({ url: server.url, token: "good" }), { socketsUrl: server.socketsUrl, WebSocket: WebSocket as unknown as new (url: string) => SocketLike, userId: "ada", onEvent });
  await chat.start();
  await until(() => chat.store.getSnapshot().connection === "open" && chat.store.getSnapshot().conversations.length === 1);
  await chat.open(server.conversation);
});
afterEach(async () => {
  await chat.stop();
  await server.stop();
});

const shown = () => chat.store.getSnapshot().timelines[server.conversation]?.messages ?? [];
const conversation = () => chat.store.getSnapshot().conversations[0];

/** Tells these events, in this order, and waits until all are applied. */
async function tell(...events: (Event | undefined)[]): Promise<void> {
  const told = applied.length + events.length;
  for (const event of events) if (event) server.again(event);
  await until(() => applied.length === told);
}

const last = (count: number) => server.log.slice(-count);

test("a message that was read elsewhere before it is told does not count", async () => {
  server.say("second");
  server.read("ada", 2);
  await tell(...last(2).reverse());
  assert.equal(conversation()?.unread_count, 0);
});

test("a message that is deleted before it is read counts no more", async () => {
  const second = server.say("second");
  await tell(...last(1));
  assert.equal(conversation()?.unread_count, 2);
  server.erase(second);
  await tell(...last(1));
  assert.deepEqual([conversation()?.unread_count, conversation()?.last_message?.deleted], [1, true]);
});

test("a message that is gone for good before it is read counts no more, and is no preview", async () => {
  const second = server.say("second");
  server.say("third");
  await tell(...last(2));
  server.purge(second);
  await tell(...last(1));
  assert.deepEqual([conversation()?.unread_count, conversation()?.last_message?.text], [2, "third"]);
});

test("a reaction that is told before its message is shown with it", async () => {
  server.react(server.say("second"), "👍", "bob");
  await tell(...last(2).reverse());
  assert.deepEqual(shown()[1]?.reactions, { "👍": { count: 1, mine: false } });
});

test("an edit that is told before its message shows it, and counts it", async () => {
  server.edit(server.say("second"), "better");
  await tell(...last(2).reverse());
  assert.deepEqual([shown()[1]?.text, conversation()?.last_message?.text, conversation()?.unread_count], ["better", "better", 2]);
});

test("a deletion whose message was never told shows the tombstone", async () => {
  server.erase(server.say("second"));
  await tell(...last(1));
  assert.deepEqual([shown()[1]?.deleted_at, conversation()?.last_message?.deleted, conversation()?.unread_count], ["later", true, 1]);
});

test("what happens to a message while its history is on its way is shown", async () => {
  for (let each = 0; each < 60; each++) server.say(`${each}`);
  await chat.openAround(server.conversation, "m40");
  server.underway = () => 50;
  const asked = server.asked.length;
  const reading = chat.loadEarlier(server.conversation);
  await until(() => server.asked.length > asked);
  const [first] = server.messages;
  assert.ok(first);
  server.edit(first, "better");
  server.react(first, "👍", "bob");
  await tell(...last(2));
  await reading;
  await until(() => shown()[0]?.text === "better");
  await until(() => !!shown()[0]?.reactions["👍"]);
});

test("what is said while an answer counts is counted", async () => {
  server.underway = () => 50;
  const marking = chat.markRead(server.conversation);
  await until(() => server.asked.at(-1)?.path.endsWith("/read") ?? false);
  server.say("second");
  server.underway = () => 0;
  await tell(...last(2));
  await marking;
  await until(() => conversation()?.unread_count === 1);
});

test("however much happens while an answer counts, it is counted once more", async () => {
  const counts = () => server.asked.filter((each) => each.path === "/v1/unread").length;
  server.underway = () => 50;
  const marking = chat.markRead(server.conversation);
  await until(() => server.asked.at(-1)?.path.endsWith("/read") ?? false);
  for (let each = 0; each < 5; each++) server.say(`${each}`);
  server.underway = () => 0;
  await tell(...last(5));
  await marking;
  await until(() => conversation()?.unread_count === 5);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(counts() <= 2, `${counts()} times`);
});

test("what is caught up with is not put after an older stretch that took its place", async () => {
  for (const text of ["second", "third", "fourth"]) server.say(text);
  chat.store.drop(server.conversation);
  // An answer of before anything was said is on its way longest.
  const said = server.messages.splice(0);
  let late = 60;
  server.underway = () => late;
  const opening = chat.open(server.conversation);
  await until(() => server.asked.at(-1)?.path.endsWith("/messages") ?? false);
  server.messages.push(...said);
  late = 0;
  await chat.open(server.conversation);
  server.say("fifth");
  server.say("sixth");
  late = 90;
  await Promise.all([opening, tell(...last(1))]);
  await until(() => shown().length === server.messages.length);
});

test("older messages are not put before another stretch that took the place of theirs", async () => {
  for (let each = 2; each <= 300; each++) server.say(`${each}`);
  await chat.openAround(server.conversation, "m100");
  server.underway = () => 60;
  const asked = server.asked.length;
  const reading = chat.loadEarlier(server.conversation);
  await until(() => server.asked.length > asked);
  server.underway = () => 0;
  await chat.openAround(server.conversation, "m250");
  await reading;
  const seqs = shown().map((each) => each.seq);
  assert.deepEqual(seqs, Array.from({ length: seqs.length }, (_, at) => (seqs[0] ?? 0) + at));
});

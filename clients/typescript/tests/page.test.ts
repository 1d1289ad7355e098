// What a page asks for beyond messages as they come: places in a history, who has read, names, URLs.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { WebSocket } from "ws";
import { Api, Chat, Directory, MediaUrls, type Event, type SocketLike } from "@parley/client";
import { Server, until } from "./server.js";

let server: Server;
let api: Api;
let chat: Chat;
beforeEach(async () => {
  server = await new Server().start();
  api = new Api({ url: server.url, token: "good" });
  chat = new Chat(api, { socketsUrl: server.socketsUrl, WebSocket: WebSocket as unknown as new (url: string) => SocketLike, userId: "ada" });
});
afterEach(async () => {
  await chat.stop();
  await server.stop();
});

async function start(): Promise<void> {
  await chat.start();
  await until(() => chat.store.getSnapshot().connection === "open" && chat.store.getSnapshot().conversations.length === 1);
}

const line = () => chat.store.getSnapshot().timelines[server.conversation];
const seqs = () => (line()?.messages ?? []).map((each) => each.seq);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);
const asked = (path: string) => server.asked.filter((each) => each.path === path).length;

test("a message is shown with those around it, and both ways lead on without holes", async () => {
  for (let each = 1; each <= 300; each++) server.say(`${each}`);
  await start();
  await chat.openAround(server.conversation, "m100");
  assert.deepEqual(seqs(), range(75, 124));
  assert.deepEqual([line()?.hasEarlier, line()?.hasLater], [true, true]);
  server.say("301");
  await until(() => chat.store.getSnapshot().conversations[0]?.last_message?.seq === 301);
  assert.deepEqual(seqs(), range(75, 124), "what is newer waits for its turn");
  while (line()?.hasLater) await chat.loadLater(server.conversation);
  await chat.loadEarlier(server.conversation);
  assert.deepEqual(seqs(), range(25, 301));
  server.say("302");
  await until(() => seqs().at(-1) === 302);
});

test("a message that is shown already is not asked for, and one at the end follows on", async () => {
  for (let each = 1; each <= 20; each++) server.say(`${each}`);
  await start();
  await chat.openAround(server.conversation, "m20");
  assert.deepEqual([seqs(), line()?.hasLater], [range(1, 20), false]);
  const before = server.asked.length;
  await chat.openAround(server.conversation, "m3");
  assert.equal(server.asked.length, before);
  server.say("21");
  await until(() => seqs().at(-1) === 21);
});

test("what is sent while the last page is on its way is not missed", async () => {
  for (let each = 1; each <= 60; each++) server.say(`${each}`);
  await start();
  await chat.openAround(server.conversation, "m20");
  server.mute = () => true;
  let pages = 0;
  server.fault = (_, path) => {
    if (path.endsWith("/messages") && pages++ === 1) server.say("61");
    return undefined;
  };
  await chat.loadLater(server.conversation);
  assert.deepEqual([seqs().at(-1), line()?.hasLater], [61, false]);
});

test("older and newer pages take turns in a history of bounded length", async () => {
  for (let each = 1; each <= 1400; each++) server.say(`${each}`);
  await start();
  await chat.open(server.conversation);
  while (line()?.hasEarlier) await chat.loadEarlier(server.conversation);
  assert.deepEqual(seqs(), range(1, 1000));
  while (line()?.hasLater) await chat.loadLater(server.conversation);
  assert.deepEqual(seqs(), range(401, 1400));
});

test("who has read is asked for once and followed, also back, and what is older is passed over", async () => {
  server.receipts = { bob: 3, cem: 1 };
  await start();
  await chat.loadReceipts(server.conversation);
  const read = (user_id: string, read_seq: number, version: number) =>
    server.tell({ type: "read.updated", entity_id: `r/${user_id}`, version, data: { user_id, read_seq, conversation_id: server.conversation } } as Partial<Event>);
  read("cem", 5, 2);
  read("bob", 2, 4);
  read("bob", 3, 3);
  read("cem", 6, 3);
  await until(() => chat.store.getSnapshot().receipts[server.conversation]?.["cem"] === 6);
  assert.deepEqual(chat.store.getSnapshot().receipts[server.conversation], { bob: 2, cem: 6 });
});

test("receipts that the tenant hides are nobody's", async () => {
  await start();
  server.fault = (_, path) => (path.endsWith("/receipts") ? { status: 403, body: { code: "receipts_hidden", retryable: false } } : undefined);
  await chat.loadReceipts(server.conversation);
  assert.deepEqual(chat.store.getSnapshot().receipts, {});
});

test("a message between the preview and the counts is counted once", async () => {
  server.say("before");
  let reads = 0;
  server.fault = (_, path) => {
    if (path === `/v1/conversations/${server.conversation}` && ++reads === 2) server.say("between");
    if (path !== "/v1/unread") return undefined;
    const unread_count = server.messages.length;
    return { status: 200, body: { total: unread_count, muted_total: 0, conversations: [{ conversation_id: server.conversation, unread_count }] } };
  };
  await start();
  const seen = new Set<number>();
  chat.store.subscribe(() => seen.add(chat.store.getSnapshot().conversations[0]?.unread_count ?? -1));
  server.tell({ type: "conversation.created", entity_id: server.conversation, version: 1, data: {} } as Partial<Event>);
  await until(() => chat.store.getSnapshot().conversations[0]?.last_message?.text === "between");
  server.say("after");
  await until(() => chat.store.getSnapshot().conversations[0]?.last_message?.text === "after");
  assert.deepEqual([...seen].filter((each) => each > 0), [2, 3]);
});

test("a preview of a message that is gone for good goes with it", async () => {
  const gone = server.say("secret");
  await start();
  assert.equal(chat.store.getSnapshot().conversations[0]?.last_message?.text, "secret");
  server.messages.pop();
  server.tell({ type: "message.deleted", entity_id: gone.id, version: 2, seq: 1, data: { id: gone.id, conversation_id: server.conversation, seq: 1 } } as Partial<Event>);
  await until(() => chat.store.getSnapshot().conversations[0]?.last_message === null);
});

test("a network that is known to be gone is not waited for", async () => {
  await start();
  await chat.open(server.conversation);
  const [first] = server.sockets;
  chat.events.drop();
  await until(() => chat.store.getSnapshot().connection !== "open");
  server.say("missed");
  await until(() => chat.store.getSnapshot().connection === "open");
  assert.deepEqual(seqs(), [1]);
  assert.equal(server.sockets.has(first as WebSocket), false);
});

test("each user and each list of members is read once, and changes are followed", async () => {
  const directory = new Directory(api);
  await Promise.all(["bob", "bob", "nobody"].map((id) => directory.wantUser(id)));
  await directory.wantUser("nobody");
  assert.deepEqual(directory.getSnapshot().users, { bob: { id: "bob", name: "BOB", avatar_url: null }, nobody: null });
  assert.deepEqual([asked("/v1/users/bob"), asked("/v1/users/nobody")], [1, 1]);
  await directory.wantMembers(server.conversation);
  directory.take({ type: "user.updated", entity_id: "bob", data: { id: "bob", name: "Robert", avatar_url: null } } as unknown as Event);
  assert.equal(directory.getSnapshot().users["bob"]?.name, "Robert");
  server.members = ["ada"];
  directory.take({ type: "member.removed", conversation_id: server.conversation } as unknown as Event);
  await until(() => directory.getSnapshot().members[server.conversation]?.length === 1);
});

test("URLs that are wanted at once are signed in one request, and kept", async () => {
  const urls = new MediaUrls(api);
  const ids = Array.from({ length: 120 }, (_, at) => `f${at}`);
  const first = await Promise.all(ids.map((id) => urls.get(id, "thumb_256")));
  assert.equal(first[3], `${server.url}/signed/f3/thumb_256`);
  assert.equal(asked("/v1/download/signed"), 2, "a hundred a request");
  assert.equal(await urls.get("f3", "thumb_256"), first[3]);
  assert.equal(asked("/v1/download/signed"), 2);
  const [gone, there] = await Promise.allSettled([urls.get("gone"), urls.get("f3")]);
  assert.deepEqual([gone.status === "rejected" && (gone.reason as Error).message, there.status], ["media_not_found", "fulfilled"]);
  await assert.rejects(urls.get("gone"));
  assert.equal(asked("/v1/download/signed"), 4, "what failed is asked again");
});

test("what the user hides or archives leaves the list, here and on their other devices, and what they pin comes first", async () => {
  await start();
  const listed = () => chat.store.getSnapshot().conversations.map((each) => each.id);
  await chat.open(server.conversation);
  await chat.arrange(server.conversation, { hidden: "always" });
  assert.deepEqual(listed(), []);
  assert.ok(chat.store.line(server.conversation), "what is open stays open");
  server.settings = { ...server.settings, hidden: null, pinned: true, labels: ["work"] };
  const arranged = (version: number) =>
    server.tell({ type: "member.updated", entity_id: `${server.conversation}/ada`, version, changed: ["hidden"], data: { user_id: "ada", role: "member", muted: false } } as unknown as Partial<Event>);
  arranged(2);
  await until(() => listed().length === 1);
  assert.deepEqual(chat.store.conversation(server.conversation)?.settings.labels, ["work"]);
  server.settings = { ...server.settings, archived_for_me: true };
  arranged(3);
  await until(() => listed().length === 0);
});

test("what is pinned comes before what is newer", async () => {
  await start();
  const [known] = chat.store.getSnapshot().conversations;
  assert.ok(known);
  const newer = { ...known, id: "newer", last_activity_at: "2026-01-02T00:00:00.000Z" };
  chat.store.set({ conversations: [newer, { ...known, last_activity_at: "2026-01-01T00:00:00.000Z" }] });
  chat.store.summary(known.id, { settings: { ...known.settings, pinned: true } });
  assert.deepEqual(chat.store.getSnapshot().conversations.map((each) => each.id), [known.id, "newer"]);
});

test("a history that is cleared is gone here and on the user's other devices", async () => {
  for (const text of ["one", "two"]) server.say(text);
  await start();
  await chat.open(server.conversation);
  await chat.clearHistory(server.conversation);
  assert.deepEqual(seqs(), []);
  server.say("three");
  await until(() => seqs().length === 1);
  server.cleared = 3;
  server.tell({ type: "member.updated", entity_id: `${server.conversation}/ada`, version: 5, changed: ["visible_from"], data: { user_id: "ada", role: "member", muted: false } } as unknown as Partial<Event>);
  await until(() => seqs().length === 0);
});

test("what is sent while a history is cleared, and nobody has seen, is shown", async () => {
  for (const text of ["one", "two"]) server.say(text);
  await start();
  await chat.open(server.conversation);
  server.mute = () => true;
  server.say("three");
  await chat.clearHistory(server.conversation);
  assert.deepEqual(seqs(), [3]);
});

const path = () => `/v1/conversations/${server.conversation}`;
const arrange = (changed: string[], version: number) =>
  server.tell({ type: "member.updated", entity_id: `${server.conversation}/ada`, version, changed, data: { user_id: "ada", role: "member", muted: false } } as unknown as Partial<Event>);

/** What was told before has been applied. */
async function applied(): Promise<void> {
  for (const type of ["typing.started", "typing.stopped"] as const) {
    server.tell({ type, entity_id: "", version: 0, data: { user_id: "cem" } } as unknown as Partial<Event>);
    await until(() => !!chat.store.getSnapshot().typing[server.conversation] === (type === "typing.started"));
  }
}

test("what is hidden until a message again leaves the list on the user's other devices", async () => {
  server.say("one");
  await start();
  server.settings = { ...server.settings, hidden: "until_message" };
  arrange(["hidden_seq"], 2);
  await until(() => chat.store.getSnapshot().conversations.length === 0);
});

for (const [name, act] of [
  ["the user's settings change", () => chat.arrange(server.conversation, { pinned: true })],
  ["the user clears a history", () => chat.clearHistory(server.conversation)],
  ["the user truncates a conversation", () => chat.truncate(server.conversation)],
] as const)
  test(`a message that is told while ${name} stays`, async () => {
    server.say("one");
    await start();
    let reads = 0;
    server.fault = (_, asked) => {
      if (asked !== path() || ++reads !== 2) return undefined;
      // The answer is of before the message, and comes after it.
      server.underway = () => 60;
      setTimeout(() => ((server.underway = () => 0), server.say("two")), 10);
      return undefined;
    };
    await act();
    await applied();
    assert.equal(chat.store.conversation(server.conversation)?.last_message?.text, "two");
  });

test("what an admin has truncated is shown no more, and what comes after is", async () => {
  for (const text of ["one", "two", "three"]) server.say(text);
  await start();
  await chat.open(server.conversation);
  server.cleared = 2;
  server.tell({ type: "conversation.truncated", entity_id: server.conversation, version: 9, changed: ["truncated_seq"], data: { id: server.conversation, truncated_seq: 2 } } as unknown as Partial<Event>);
  await until(() => seqs().length === 1);
  server.say("four");
  await until(() => seqs().length === 2);
  assert.deepEqual(seqs(), [3, 4]);
});

test("messages in what the user keeps out of the list, whatever is sent, are not asked about", async () => {
  await start();
  await chat.arrange(server.conversation, { archived_for_me: true });
  const before = server.asked.length;
  for (const text of ["one", "two", "three"]) server.say(text);
  await applied();
  assert.equal(server.asked.length, before);
  server.settings = { ...server.settings, archived_for_me: false };
  arrange(["archived_for_me"], 2);
  await until(() => chat.store.conversation(server.conversation)?.last_message?.text === "three");
  server.say("four");
  await until(() => chat.store.conversation(server.conversation)?.last_message?.text === "four");
});

test("what is hidden until a message is listed with that message", async () => {
  await start();
  await chat.arrange(server.conversation, { hidden: "until_message" });
  assert.equal(chat.store.getSnapshot().conversations.length, 0);
  server.settings = { ...server.settings, hidden: null };
  server.say("one");
  await until(() => chat.store.getSnapshot().conversations.length === 1);
});

test("after a gap an open history is whole, listed or not", async () => {
  await start();
  await chat.open(server.conversation);
  await chat.arrange(server.conversation, { archived_for_me: true });
  server.fault = (_, asked) => (asked === "/v1/conversations" ? { status: 200, body: { data: [], next_cursor: null } } : undefined);
  server.mute = (event) => event.type === "message.created";
  server.say("missed");
  server.tell({ type: "gap", conversation_id: null } as unknown as Partial<Event>);
  await until(() => seqs().length === 1);
});

test("a history that begins with a reply that is shown in it goes on as a history", async () => {
  for (let each = 1; each <= 100; each++) server.say(`${each}`);
  Object.assign(server.messages[24]!, { id: "m1r1", parent_id: "m1" });
  await start();
  await chat.openAround(server.conversation, "m50");
  assert.equal(line()?.messages[0]?.parent_id, "m1");
  await chat.loadLater(server.conversation);
  assert.deepEqual(seqs(), range(25, 100));
});

test("a large conversation that tells only that there is more is counted once for a while", async () => {
  chat = new Chat(api, { socketsUrl: server.socketsUrl, WebSocket: WebSocket as unknown as new (url: string) => SocketLike, userId: "ada", times: { counted: 50 } });
  await start();
  server.mute = (event) => event.type === "message.created";
  for (const text of ["one", "two", "three"]) {
    const { seq } = server.say(text);
    server.tell({ type: "conversation.updated", entity_id: server.conversation, version: seq + 1, changed: ["last_seq"], data: { id: server.conversation, name: "Plans", last_seq: seq } } as unknown as Partial<Event>);
  }
  await until(() => chat.store.conversation(server.conversation)?.last_message?.text === "three");
  assert.deepEqual([chat.store.conversation(server.conversation)?.unread_count, asked("/v1/unread")], [3, 1]);
});

test("custom data that changes is shown in the list", async () => {
  await start();
  server.tell({ type: "conversation.updated", entity_id: `${server.conversation}/details`, version: 2, changed: ["custom"], data: { id: server.conversation, history: "full", custom: { stage: "open" } } } as unknown as Partial<Event>);
  await until(() => chat.store.conversation(server.conversation)?.custom?.["stage"] === "open");
});

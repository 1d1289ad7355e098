import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { WebSocket } from "ws";
import { Api, Chat, echoesOf, indexedDbStorage, memoryStorage, type ChatOptions, type Event, type SocketLike, type Storage } from "@parley/client";
import { problem, Server, until } from "./server.js";

let server: Server;
let chats: Chat[];
beforeEach(async () => {
  server = await new Server().start();
  chats = [];
});
afterEach(async () => {
  await Promise.all(chats.map((each) => each.stop()));
  await server.stop();
});

const Socket = WebSocket as unknown as new (url: string) => SocketLike;

function make(more: Partial<ChatOptions> = {}, token: string | (() => string) = "good"): Chat {
  const chat = new Chat(new Api({ url: server.url, token }), { socketsUrl: server.socketsUrl, WebSocket: Socket, userId: "ada", ...more });
  chats.push(chat);
  return chat;
}

async function started(more: Partial<ChatOptions> = {}, token?: string | (() => string)): Promise<Chat> {
  const chat = make(more, token);
  await chat.start();
  await until(() => chat.store.getSnapshot().connection === "open");
  await until(() => chat.store.getSnapshot().conversations.length === 1);
  await chat.open(server.conversation);
  return chat;
}

const texts = (chat: Chat) => (chat.store.getSnapshot().timelines[server.conversation]?.messages ?? []).map((each) => each.text);
const said = () => server.messages.map((each) => each.text);

test("a message is echoed at once, and confirmed once", async () => {
  const chat = await started();
  const seen: string[] = [];
  chat.store.subscribe(() => seen.push([...texts(chat), ...echoesOf(chat.store.getSnapshot(), server.conversation).map((each) => `${each.draft.text}?`)].join()));
  await chat.send(server.conversation, "Hello");
  await until(() => texts(chat).length === 1 && chat.store.getSnapshot().pending.length === 0);
  assert.equal(seen[0], "Hello?");
  assert.deepEqual([...new Set(seen)].filter((each) => each.split(",").length > 1), [], "never shown twice");
  assert.deepEqual(said(), ["Hello"]);
});

test("what sockets double or forget comes once and in order", async () => {
  const chat = await started();
  server.copies = 3;
  let number = 0;
  server.mute = () => number++ % 3 === 1;
  for (let each = 0; each < 30; each++) server.say(`${each}`);
  await until(() => texts(chat).length >= 30);
  assert.deepEqual(texts(chat), said());
  await until(() => chat.store.getSnapshot().conversations[0]?.last_message?.text === "29");
});

test("what is told late, or not at all, counts as unread all the same", async () => {
  const chat = await started();
  const unread = () => chat.store.getSnapshot().conversations[0]?.unread_count;
  server.mute = (event) => event.type === "message.created" && event.seq % 2 === 0;
  for (let each = 1; each <= 5; each++) server.say(`${each}`);
  await until(() => texts(chat).length === 5);
  await until(() => unread() === 5);
  for (const event of server.log.filter(server.mute)) server.again(event);
  server.say("6, which is not told");
  server.say("7");
  await until(() => unread() === 7);
  assert.equal(chat.store.getSnapshot().conversations[0]?.last_message?.text, "7");
});

test("a dropped socket is opened again, and what was missed is replayed", async () => {
  const told: string[] = [];
  const chat = await started({ onEvent: (event) => void told.push((event as { id: string }).id) });
  server.say("before");
  await until(() => texts(chat).length === 1);
  server.cut();
  for (let each = 0; each < 250; each++) server.say(`missed ${each}`);
  await until(() => texts(chat).length === 251);
  assert.deepEqual(texts(chat), said());
  assert.deepEqual(told, server.log.map((each) => (each as { id: string }).id));
});

test("a half-open socket is noticed by its silence", async () => {
  const chat = await started({ times: { ping: 50, answer: 50 } });
  server.answersPings = false;
  const first = [...server.sockets][0];
  server.mute = () => true;
  server.say("unheard");
  await until(() => texts(chat).length === 1);
  await until(() => server.actions.some((each) => each["action"] === "ping"));
  await until(() => first?.readyState === 3);
});

test("an expired token is replaced for the socket too", async () => {
  let token = "good";
  const chat = await started({}, () => token);
  server.tokens.delete("good");
  server.tokens.add((token = "better"));
  server.cut();
  server.say("after");
  await until(() => texts(chat).length === 1);
  await until(() => server.sockets.size === 1);
});

test("tokens that are refused for good end the trying, and say so", async () => {
  const failures: unknown[] = [];
  const chat = await started({ onError: (failure) => failures.push(failure) });
  server.tokens.clear();
  server.cut();
  await until(() => chat.store.getSnapshot().connection === "refused");
  assert.equal(failures.length, 1);
});

test("offline for a day: what was written is kept over a restart, and sent in order, once", async () => {
  const storage = indexedDbStorage("ada");
  const first = make({ storage });
  server.fault = () => "drop";
  await first.start();
  for (const text of ["one", "two", "three"]) await first.send(server.conversation, text);
  await first.stop();
  // A day later the clock is wrong by an hour, and the first answer is lost.
  const now = Date.now;
  Date.now = () => now() - 3_600_000;
  try {
    let lost = 0;
    server.fault = (_, path) => (path === "/v1/messages" && lost++ === 0 ? "drop after" : undefined);
    const second = make({ storage: indexedDbStorage("ada") });
    await second.start();
    await second.send(server.conversation, "four");
    await until(() => server.messages.length === 4 && second.store.getSnapshot().pending.length === 0);
    assert.deepEqual(said(), ["one", "two", "three", "four"]);
  } finally {
    Date.now = now;
  }
});

test("offline for a day: a thousand messages are caught up with, and a gap is read anew", async () => {
  const storage = memoryStorage();
  const first = await started({ storage });
  server.say("before");
  await until(() => texts(first).length === 1);
  await first.stop();
  for (let each = 0; each < 1000; each++) server.say(`missed ${each}`);
  server.tell({ type: "gap", id: "gap", conversation_id: server.conversation } as Partial<Event>);
  const second = make({ storage });
  await second.start();
  assert.deepEqual(texts(second), ["before"], "what was kept is shown before anything is asked");
  await until(() => second.store.getSnapshot().connection === "open");
  assert.deepEqual(texts(second), said().slice(-texts(second).length));
  assert.equal(texts(second).at(-1), "missed 999");
});

test("a refused message fails alone, and can be discarded", async () => {
  const chat = await started();
  await chat.send(server.conversation, "forbidden");
  await chat.send(server.conversation, "allowed");
  await until(() => texts(chat).includes("allowed"));
  const [failed] = chat.store.getSnapshot().pending;
  assert.equal(failed?.status, "failed");
  assert.equal(failed?.error?.code, "refused_by_filter");
  await chat.outbox.discard(failed?.key ?? "");
  assert.deepEqual(chat.store.getSnapshot().pending, []);
});

test("the outbox waits as long as Parley asks", async () => {
  const chat = await started();
  let refused = 0;
  server.fault = (method) => (method === "POST" && refused++ === 0 ? problem(429, "rate_limited", {}, { "Retry-After": "1" }) : undefined);
  const began = performance.now();
  await chat.send(server.conversation, "patient");
  await until(() => refused === 1);
  await until(() => chat.store.getSnapshot().pending[0]?.status === "queued");
  chat.outbox.wake();
  await until(() => server.messages.length === 1);
  assert.ok(performance.now() - began >= 990);
});

for (const [hours, name] of [[-1, "behind"], [1, "ahead"]] as const)
  test(`through 429, 503, lost requests and answers and an expired token each message arrives once, in order; the clock is an hour ${name}`, async () => {
    const now = Date.now;
    Date.now = () => now() + hours * 3_600_000;
    try {
      let token = "good";
      const chat = await started({}, () => token);
      const expire = () => {
        server.tokens.delete(token);
        server.tokens.add((token = "better"));
        return undefined;
      };
      const faults = [() => problem(429, "rate_limited", {}, { "Retry-After": "1" }), () => problem(503, "unavailable"), () => "drop" as const, () => "drop after" as const, expire];
      const met: number[] = [];
      server.fault = (method, path) => {
        if (method !== "POST" || path !== "/v1/messages") return undefined;
        // Each second attempt meets the next fault, and what comes again succeeds.
        return met.push(met.length) % 2 ? faults[(met.length - 1) / 2]?.() : undefined;
      };
      const written = Array.from({ length: 10 }, (_, at) => `${at}`);
      for (const text of written) await chat.send(server.conversation, text);
      await until(() => texts(chat).length === written.length && chat.store.getSnapshot().pending.length === 0);
      assert.deepEqual(said(), written);
      assert.deepEqual(texts(chat), written);
      assert.equal(met.length, written.length + faults.length, "each fault cost one attempt");
    } finally {
      Date.now = now;
    }
  });

test("edits, tombstones and reactions change what is shown; what is older does not", async () => {
  const chat = await started();
  const { reactions: _, reply_count: __, last_reply_at: ___, ...content } = server.say("first");
  await until(() => texts(chat).length === 1);
  const common = { entity_id: content.id, seq: 1 };
  server.tell({ ...common, type: "message.updated", version: 3, data: { ...content, text: "third", version: 3 } } as Partial<Event>);
  server.tell({ ...common, type: "message.updated", version: 2, data: { ...content, text: "second", version: 2 } } as Partial<Event>);
  const data = { message_id: content.id, reactions: { "👍": { count: 2, users: ["ada", "bob"] } }, reply_count: 1, last_reply_at: null, reaction: "👍", user_id: "bob" };
  server.tell({ ...common, entity_id: "reactions", type: "reaction.added", version: 1, data } as Partial<Event>);
  await until(() => chat.store.getSnapshot().timelines[server.conversation]?.messages[0]?.reply_count === 1);
  assert.deepEqual(texts(chat), ["third"]);
  assert.deepEqual(chat.store.getSnapshot().timelines[server.conversation]?.messages[0]?.reactions, { "👍": { count: 2, mine: true } });
  server.tell({ ...common, type: "message.deleted", version: 4, data: { id: content.id, conversation_id: server.conversation, seq: 1 } } as Partial<Event>);
  await until(() => texts(chat).length === 0);
});

test("memory is bounded: older and newer messages make place for each other", async () => {
  for (let each = 1; each <= 1300; each++) server.say(`${each}`);
  const chat = await started();
  const line = () => chat.store.getSnapshot().timelines[server.conversation];
  while (line()?.hasEarlier) await chat.loadEarlier(server.conversation);
  assert.deepEqual([line()?.messages.length, line()?.messages[0]?.seq, line()?.hasLater], [1000, 1, true]);
  await chat.open(server.conversation);
  assert.deepEqual([line()?.messages.at(-1)?.seq, line()?.hasLater], [1300, false]);
});

test("typing and presence are shown, and typing is said once in a while", async () => {
  const chat = await started();
  chat.typing(server.conversation);
  chat.typing(server.conversation);
  server.tell({ type: "typing.started", entity_id: "x", version: 1, data: { conversation_id: server.conversation, user_id: "bob" } } as Partial<Event>);
  server.tell({ type: "presence.changed", entity_id: "bob", version: 1, data: { user_id: "bob", online: true, last_active_at: null, status_text: null } } as Partial<Event>);
  await until(() => !!chat.store.getSnapshot().presence["bob"]?.online);
  assert.deepEqual(chat.store.getSnapshot().typing[server.conversation], ["bob"]);
  server.say("done", "bob");
  await until(() => !chat.store.getSnapshot().typing[server.conversation]);
  assert.equal(server.actions.filter((each) => each["action"] === "typing.start").length, 1);
});

test("what others sent is told to have come, the newest of all at once", async () => {
  await started({ times: { delivered: 50 } });
  const told = () => server.actions.filter((each) => each["action"] === "delivered").flatMap((each) => each["conversations"] as { seq: number }[]);
  for (const text of ["one", "two", "three"]) server.say(text, "bob");
  const newest = server.messages[server.messages.length - 1]!.seq;
  await until(() => told().some((each) => each.seq === newest));
  assert.deepEqual(told().filter((each) => each.seq === newest), [{ conversation_id: server.conversation, seq: newest }]);
  server.tell({ type: "delivered.updated", entity_id: "ada", version: 1, data: { conversation_id: server.conversation, user_id: "ada", delivered_seq: newest - 1 } } as Partial<Event>);
  await until(() => told().filter((each) => each.seq === newest).length === 2);
});

test("what the server has not kept is told again, and what no socket took", async () => {
  const chat = await started({ times: { delivered: 50 } });
  const told = () => server.actions.filter((each) => each["action"] === "delivered").flatMap((each) => each["conversations"] as { seq: number }[]);
  server.say("one", "bob");
  const first = server.messages[server.messages.length - 1]!.seq;
  await until(() => told().some((each) => each.seq === first));
  const answer = (delivered_seq: number | null) => {
    for (const each of server.sockets) each.send(JSON.stringify({ type: "ack", action: "delivered", request_id: null, data: [{ conversation_id: server.conversation, delivered_seq }] }));
  };
  answer(first - 1);
  await until(() => told().length === 2);
  answer(first);
  answer(null);
  server.say("two", "bob");
  await until(() => texts(chat).includes("two"));
  for (const each of server.sockets) each.terminate();
  await until(() => told().length === 3);
  assert.deepEqual(told().map((each) => each.seq), [first, first, first + 1]);
});

const storages: [string, Storage][] = [
  ["memory", memoryStorage()],
  ["IndexedDB", indexedDbStorage("storage")],
];
for (const [name, storage] of storages)
  test(`${name} keeps, lists in order and forgets`, async () => {
    await storage.set("a/2", { two: 2 });
    await storage.set("a/1", 1);
    await storage.set("b/1", 0);
    assert.deepEqual(await storage.keys("a/"), ["a/1", "a/2"]);
    assert.deepEqual(await storage.get("a/2"), { two: 2 });
    await storage.delete("a/2");
    assert.equal(await storage.get("a/2"), undefined);
  });

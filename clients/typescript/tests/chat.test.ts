import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { WebSocket } from "ws";
import { Api, Chat, echoesOf, indexedDbStorage, memoryStorage, Refused, type ChatOptions, type Event, type SocketLike, type Storage } from "@parley/client";
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
  chat.store.subscribe(() => seen.push([...texts(chat), ...echoesOf(chat.store.getSnapshot(), server.conversation).map((each) => `${each.message.text}?`)].join()));
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

test("a message is seen to wait once it is kept, and not where it cannot be kept", async () => {
  const kept = memoryStorage();
  let keep: () => void = () => undefined;
  let refuse: (failure: Error) => void = () => undefined;
  const slow = (key: string) => (key.startsWith("outbox/") ? new Promise<void>((resolve, reject) => ([keep, refuse] = [resolve, reject])) : Promise.resolve());
  const chat = await started({ storage: { ...kept, set: (key, value) => slow(key).then(() => kept.set(key, value)) } });
  const waiting = () => chat.store.getSnapshot().pending.map((each) => each.message.text);
  server.fault = () => "drop";
  const sending = chat.send(server.conversation, "kept");
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(waiting(), [], "a page that closes now would lose it");
  keep();
  await sending;
  assert.deepEqual(waiting(), ["kept"]);
  assert.equal((await kept.keys("outbox/")).length, 1);
  const refused = chat.send(server.conversation, "not kept");
  refuse(new Error("The disk is full"));
  await assert.rejects(refused, /The disk is full/);
  assert.deepEqual(waiting(), ["kept"]);
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

test("what slow mode refuses holds up nothing else, and can be sent again", async () => {
  const chat = await started();
  let refused = 0;
  server.fault = (method) => (method === "POST" && refused++ === 0 ? problem(429, "slow_mode", {}, { "Retry-After": "3600" }) : undefined);
  await chat.send(server.conversation, "too early");
  await chat.send(server.conversation, "another");
  await until(() => texts(chat).includes("another"));
  const [slow] = chat.store.getSnapshot().pending;
  assert.equal(slow?.error?.code, "slow_mode");
  const wait = (slow?.error?.retryAt ?? 0) - Date.now();
  assert.ok(wait > 3_000_000 && wait <= 3_600_000, `${wait} ms`);
  await chat.outbox.retry(slow?.key ?? "");
  await until(() => texts(chat).includes("too early"));
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
  const data = { message_id: content.id, reactions: { "👍": { count: 2, users: ["ada", "bob"] } }, reply_count: 1, last_reply_at: null, poll_results: null, reaction: "👍", user_id: "bob" };
  server.tell({ ...common, entity_id: "reactions", type: "reaction.added", version: 1, data } as Partial<Event>);
  await until(() => chat.store.getSnapshot().timelines[server.conversation]?.messages[0]?.reply_count === 1);
  assert.deepEqual(texts(chat), ["third"]);
  assert.deepEqual(chat.store.getSnapshot().timelines[server.conversation]?.messages[0]?.reactions, { "👍": { count: 2, mine: true } });
  server.tell({ ...common, type: "message.deleted", version: 4, data: { id: content.id, conversation_id: server.conversation, seq: 1 } } as Partial<Event>);
  await until(() => texts(chat).length === 0);
});

test("a quote changes with what it quotes; what is older does not change it", async () => {
  const { reactions: _, reply_count: __, last_reply_at: ___, ...content } = server.say("first");
  const quoted = { id: content.id, author_id: "bob", text: "first", attachments: [], created_at: content.created_at, edited_at: null, deleted_at: null, version: 1 };
  Object.assign(server.say("as I said"), { quoted_message_id: content.id, quoted_message: quoted });
  const chat = await started();
  const shown = () => chat.store.getSnapshot().timelines[server.conversation]?.messages.at(-1)?.quoted_message;
  assert.deepEqual(shown(), quoted);
  const common = { entity_id: content.id, seq: 1 };
  const attachments = [{ content_type: "image/png" }, { content_type: "application/pdf" }];
  server.tell({ ...common, type: "message.updated", version: 3, data: { ...content, text: "é".repeat(200), attachments, version: 3 } } as Partial<Event>);
  server.tell({ ...common, type: "message.updated", version: 2, data: { ...content, text: "second", version: 2 } } as Partial<Event>);
  await until(() => shown()?.version === 3);
  assert.deepEqual([shown()?.text, shown()?.attachments], ["é".repeat(80), ["image", "file"]]);
  server.tell({ ...common, type: "message.updated", entity_id: "m2", seq: 2, version: 2, data: { ...content, id: "m2", seq: 2, version: 2, quoted_message_id: content.id, quoted_message: quoted } } as Partial<Event>);
  await until(() => chat.store.getSnapshot().timelines[server.conversation]?.messages.at(-1)?.version === 2);
  assert.equal(shown()?.version, 3, "an event that was made before shows an older quote");
  server.tell({ ...common, type: "message.deleted", version: 4, data: { id: content.id, conversation_id: server.conversation, seq: 1 } } as Partial<Event>);
  await until(() => shown() === null);
});

test("a silent message is shown, and leaves the list as it is", async () => {
  const chat = await started();
  server.say("loud");
  await until(() => texts(chat).length === 1);
  const row = () => chat.store.getSnapshot().conversations[0];
  const before = row();
  assert.equal(before?.unread_count, 1);
  const silent = { type: "message.created", entity_id: "m2", version: 1, seq: 2 } as Partial<Event>;
  const { reactions: _, reply_count: __, last_reply_at: ___, ...content } = server.messages[0]!;
  server.tell({ ...silent, data: { ...content, id: "m2", seq: 2, text: "psst", silent: true } } as Partial<Event>);
  await until(() => texts(chat).length === 2);
  assert.deepEqual(row(), before);
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

test("an app's own events are told once each, however they come, and sent over the socket", async () => {
  const chat = await started();
  const told: string[] = [];
  const stop = chat.onEvent((event) => told.push(`${event.user_id} ${event.name} ${JSON.stringify(event.data)}`));
  const event = (id: string, version: number) =>
    ({ id, type: "custom_event.sent", entity_id: `${server.conversation}/events/${id}`, version, conversation_id: server.conversation, data: { id, conversation_id: server.conversation, user_id: "bob", name: "cursor.moved", data: { line: version }, created_at: "2026-11-23T09:00:00.000Z" } }) as unknown as Partial<Event>;
  const reading = chat.refresh();
  server.tell(event("two", 2));
  server.tell(event("two", 2));
  server.tell(event("one", 1));
  await reading;
  await until(() => told.length === 2);
  assert.deepEqual(told, ['bob cursor.moved {"line":2}', 'bob cursor.moved {"line":1}']);
  stop();
  server.tell(event("three", 3));
  assert.equal(chat.sendEvent(server.conversation, "cursor.moved", { line: 7 }), true);
  await until(() => server.actions.some((each) => each["action"] === "event.send"));
  const { action, ...sent } = server.actions.find((each) => each["action"] === "event.send")!;
  assert.deepEqual([action, sent], ["event.send", { conversation_id: server.conversation, name: "cursor.moved", data: { line: 7 } }]);
  assert.equal(told.length, 2);
});

test("what one user alone sees is shown until it is dismissed, in a bounded number, and kept nowhere", async () => {
  const chat = await started();
  const shown = () => (chat.store.getSnapshot().ephemeral[server.conversation] ?? []).map((each) => each.text);
  const whisper = (id: string, user_id = "ada") =>
    server.tell({ id: `e${id}`, type: "ephemeral_message.sent", entity_id: `${server.conversation}/ephemeral/${id}`, version: 1, conversation_id: server.conversation, data: { id, conversation_id: server.conversation, user_id, author_id: "_system", text: `only you ${id}`, custom: {}, created_at: "2026-11-23T09:00:00.000Z" } } as unknown as Partial<Event>);
  whisper("0", "bob");
  for (let each = 1; each <= 25; each++) whisper(`${each}`);
  await until(() => shown().at(-1) === "only you 25");
  assert.deepEqual([shown().length, shown()[0]], [20, "only you 6"]);
  chat.dismiss(server.conversation, "6");
  chat.dismiss(server.conversation, "no such");
  assert.deepEqual([shown().length, shown()[0]], [19, "only you 7"]);
  server.tell({ type: "member.removed", entity_id: `${server.conversation}/ada`, version: 9, conversation_id: server.conversation, data: { conversation_id: server.conversation, user_id: "ada" } } as Partial<Event>);
  await until(() => shown().length === 0);
});

test("a command is run once under its key, and what comes of it is shown", async () => {
  const chat = await started();
  const shown = () => (chat.store.getSnapshot().ephemeral[server.conversation] ?? []).map((each) => each.text);
  let runs = 0;
  const only = { id: "r1", conversation_id: server.conversation, user_id: "ada", author_id: "_system", text: "You rolled a 6", custom: {}, created_at: "2026-11-23T09:00:00.000Z" };
  server.fault = (method, path) => {
    if (!path.endsWith("/commands")) return undefined;
    if (method === "GET") return { status: 200, body: { data: [{ name: "roll", description: "Roll dice", usage: null }] } };
    runs++;
    if (runs === 1) return problem(503, "unavailable", {}, { "Retry-After": "0" });
    if (runs === 4) return problem(422, "command_failed", { reason: "status_500" });
    return { status: 200, body: { id: "r1", name: "roll", message: runs === 3 ? server.say("Ada rolled a 6", "ada") : null, ephemeral_message: runs === 2 ? only : null } };
  };
  assert.deepEqual((await chat.commands(server.conversation)).map((each) => each.name), ["roll"]);
  assert.equal((await chat.run(server.conversation, { name: "roll", text: "2d6" })).ephemeral_message?.text, "You rolled a 6");
  assert.deepEqual(shown(), ["You rolled a 6"]);
  assert.equal((await chat.run(server.conversation, { name: "roll" }, "mine")).message?.text, "Ada rolled a 6");
  await assert.rejects(chat.run(server.conversation, { name: "roll" }), (failure) => failure instanceof Refused && failure.code === "command_failed");
  const keys = server.asked.filter((each) => each.method === "POST" && each.path.endsWith("/commands")).map((each) => each.key);
  assert.deepEqual([keys[0] === keys[1], keys[2], new Set(keys).size], [true, "mine", 3]);
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

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { WebSocket } from "ws";
import { Api, Chat, memoryStorage, type ChatOptions, type SocketLike } from "@parley/client";
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

async function started(more: Partial<ChatOptions> = {}): Promise<Chat> {
  const chat = new Chat(new Api({ url: server.url, token: "good" }), { socketsUrl: server.socketsUrl, WebSocket: Socket, userId: "ada", times: { drafts: 20 }, ...more });
  chats.push(chat);
  await chat.start();
  await until(() => chat.store.getSnapshot().connection === "open");
  await chat.drafts.load();
  return chat;
}

const room = () => server.conversation;
const kept = (place = server.conversation) => server.drafts.get(place)?.["text"] as string | undefined;
const writes = () => server.asked.filter(({ method, path }) => method !== "GET" && path.endsWith("/draft")).length;

test("what is written at each key is told once in a while, and comes to the other device", async () => {
  const [one, other] = [await started(), await started()];
  for (const text of ["H", "He", "Hel", "Hell", "Hello"]) await one.drafts.write(room(), { text });
  assert.equal(one.drafts.of(room())?.text, "Hello");
  await until(() => other.drafts.of(room())?.text === "Hello");
  await until(() => one.drafts.getSnapshot()[room()]?.status === "kept");
  assert.ok(writes() <= 2, `${writes()} writes`);
});

test("a thread has a draft of its own", async () => {
  const [one, other] = [await started(), await started()];
  await one.drafts.write(room(), { text: "to all" });
  await one.drafts.write(room(), { text: "to few" }, "m1");
  await until(() => other.drafts.of(room(), "m1")?.text === "to few" && other.drafts.of(room())?.text === "to all");
});

test("sending lets go of the draft on every device", async () => {
  const [one, other] = [await started(), await started()];
  await one.drafts.write(room(), { text: "Hello" });
  await until(() => other.drafts.of(room())?.text === "Hello");
  await one.send(room(), "Hello");
  assert.equal(one.drafts.of(room()), undefined);
  await until(() => server.drafts.size === 0 && other.drafts.of(room()) === undefined);
  await until(() => Object.keys(one.drafts.getSnapshot()).length === 0);
});

test("a send without a draft asks for nothing more", async () => {
  const one = await started();
  await one.send(room(), "Hello");
  await until(() => server.messages.length === 1);
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.equal(writes(), 0);
});

test("what was written offline is told after a restart", async () => {
  const storage = memoryStorage();
  server.fault = (_, path) => (path.endsWith("/draft") ? "drop" : undefined);
  const first = await started({ storage });
  await first.drafts.write(room(), { text: "half a" });
  await until(() => writes() > 0);
  await first.stop();
  assert.equal(kept(), undefined);
  server.fault = () => undefined;
  const second = await started({ storage });
  assert.equal(second.drafts.of(room())?.text, "half a");
  await until(() => kept() === "half a");
  await until(() => second.drafts.getSnapshot()[room()]?.status === "kept");
  assert.deepEqual(await storage.keys("draft/"), []);
});

test("an answer that was lost does not lose what is written meanwhile", async () => {
  const one = await started();
  let first = true;
  server.fault = (method, path) => {
    if (method !== "PUT" || !path.endsWith("/draft") || !first) return undefined;
    first = false;
    void one.drafts.write(room(), { text: "two" });
    return "drop after";
  };
  await one.drafts.write(room(), { text: "one" });
  await until(() => kept() === "two");
  await until(() => one.drafts.getSnapshot()[room()]?.status === "kept");
  assert.equal(one.drafts.of(room())?.text, "two");
});

test("what is being written here is later than what another device wrote", async () => {
  const one = await started({ times: { drafts: 200 } });
  await one.drafts.write(room(), { text: "mine" });
  server.draft("PUT", null, { text: "theirs" });
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(one.drafts.of(room())?.text, "mine");
  await until(() => kept() === "mine");
});

test("of two devices that write at once both show what Parley has in the end", async () => {
  const [one, other] = [await started(), await started()];
  for (let each = 0; each < 20; each++) {
    await one.drafts.write(room(), { text: `one ${each}` });
    await other.drafts.write(room(), { text: `other ${each}` });
    if (each % 5 === 0) server.cut();
    await new Promise((resolve) => setTimeout(resolve, 7));
  }
  await until(() => [one, other].every((chat) => chat.drafts.getSnapshot()[room()]?.status === "kept" && chat.drafts.of(room())?.text === kept()));
});

test("what Parley refuses stays on this device, and is not asked again", async () => {
  const failures: unknown[] = [];
  const one = await started({ onError: (failure) => failures.push(failure) });
  server.fault = (method, path) => (method === "PUT" && path.endsWith("/draft") ? problem(422, "validation_failed") : undefined);
  await one.drafts.write(room(), { text: "too long" });
  await until(() => one.drafts.getSnapshot()[room()]?.status === "refused");
  assert.equal(one.drafts.of(room())?.text, "too long");
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.equal(writes(), 1);
  assert.equal(failures.length, 1);
});

test("who is in a conversation no more has no draft for it", async () => {
  const one = await started();
  await one.drafts.write(room(), { text: "half a" });
  await until(() => kept() === "half a");
  server.tell({ type: "member.removed", entity_id: `${room()}/ada`, version: 9, data: { conversation_id: room(), user_id: "ada" } } as never);
  await until(() => one.drafts.of(room()) === undefined);
});

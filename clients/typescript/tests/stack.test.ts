// Against a real stack, which PARLEY_URL, PARLEY_SOCKETS_URL, PARLEY_TOKEN (Alice) and PARLEY_OTHER_TOKEN (Bob) name.
import assert from "node:assert/strict";
import { test } from "node:test";
import { WebSocket } from "ws";
import { Api, Chat, memoryStorage, Refused, Uploads, type SocketLike } from "@parley/client";

const { PARLEY_URL: url = "", PARLEY_SOCKETS_URL: socketsUrl = "", PARLEY_TOKEN: alice = "", PARLEY_OTHER_TOKEN: bob = "" } = process.env;
const sockets: WebSocket[] = [];
class Socket extends WebSocket {
  constructor(address: string) {
    super(address);
    sockets.push(this);
  }
}

async function until(isSo: () => boolean): Promise<void> {
  for (const end = performance.now() + 20_000; !isSo(); await new Promise((resolve) => setTimeout(resolve, 20))) if (performance.now() > end) throw new Error(`Not so: ${isSo}`);
}

test("two users chat; one is cut off, both write, and nothing is lost, doubled or out of order", async () => {
  const [one, other] = await Promise.all(
    [alice, bob].map(async (token) => {
      const api = new Api({ url, token: () => token });
      const chat = new Chat(api, { socketsUrl, WebSocket: Socket as unknown as new (url: string) => SocketLike, storage: memoryStorage() });
      await chat.start();
      await until(() => chat.store.getSnapshot().connection === "open");
      return chat;
    }),
  );
  assert.ok(one && other);
  try {
    const room = await one.api.post("/v1/conversations", { body: { type: "group", name: "From TypeScript", members: [other.userId ?? ""] } });
    const texts = (chat: Chat) => (chat.store.getSnapshot().timelines[room.id]?.messages ?? []).map((each) => each.text);
    await Promise.all([one.open(room.id), other.open(room.id)]);
    await one.send(room.id, "Hello");
    await until(() => texts(other).includes("Hello"));
    await until(() => other.store.getSnapshot().conversations.some((each) => each.id === room.id && each.unread_count > 0));
    await other.markRead(room.id);
    for (const socket of sockets) socket.terminate();
    for (let each = 0; each < 5; each++) await Promise.all([one.send(room.id, `Alice ${each}`), other.send(room.id, `Bob ${each}`)]);
    await until(() => texts(one).length === 11 && texts(other).length === 11 && one.store.getSnapshot().pending.length === 0);
    const page = await one.api.get("/v1/conversations/{conversation_id}/messages", { path: { conversation_id: room.id }, query: { order: "asc" } });
    const stored = page.data.map((each) => each.text);
    assert.deepEqual(texts(one), stored);
    assert.deepEqual(texts(other), stored);
    assert.deepEqual(stored.filter((each) => each.startsWith("Alice")), [0, 1, 2, 3, 4].map((each) => `Alice ${each}`));
    const [first] = page.data;
    await other.api.post("/v1/messages/{message_id}/reactions", { path: { message_id: first?.id ?? "" }, body: { reaction: "👍" } });
    await until(() => one.store.getSnapshot().timelines[room.id]?.messages[0]?.reactions["👍"]?.count === 1);
    await one.api.delete("/v1/messages/{message_id}", { path: { message_id: first?.id ?? "" } });
    await until(() => !!other.store.getSnapshot().timelines[room.id]?.messages[0]?.deleted_at);
  } finally {
    await Promise.all([one.stop(), other.stop()]);
  }
});

test("files arrive and pass their check", async () => {
  const uploads = new Uploads(new Api({ url, token: alice }), memoryStorage());
  const upload = await uploads.upload(new Blob(["Notes of the day"], { type: "text/plain" }), { filename: "notes.txt" });
  assert.equal((await upload.done).status, "ready");
});

test("a refusal of the real thing is typed", async () => {
  const api = new Api({ url, token: alice });
  await assert.rejects(api.get("/v1/messages/{message_id}", { path: { message_id: "nothing" } }), (failure) => failure instanceof Refused && failure.status === 404 && failure.code.length > 3 && !!failure.requestId);
});

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { WebSocket } from "ws";
import { Api, Chat, type Event, type SocketLike } from "@parley/client";
import { Server, until } from "./server.js";

let server: Server;
let chat: Chat;
beforeEach(async () => {
  server = await new Server().start();
  server.say("one");
  server.settings = { ...server.settings, archived_for_me: true };
  server.fault = (_, path) => (path === "/v1/conversations" ? { status: 200, body: { data: server.settings.archived_for_me || server.settings.hidden ? [] : [summary()], next_cursor: null } } : undefined);
  chat = new Chat(new Api({ url: server.url, token: "good" }), { socketsUrl: server.socketsUrl, WebSocket: WebSocket as unknown as new (url: string) => SocketLike, userId: "ada" });
  await chat.start();
  await until(() => chat.store.getSnapshot().connection === "open");
  await chat.refresh();
});
afterEach(async () => {
  await chat.stop();
  await server.stop();
});

const summary = () => (server as unknown as { summary(): object }).summary();
const id = () => server.conversation;
const aside = () => chat.store.getSnapshot().aside[id()];
const listed = () => chat.store.getSnapshot().conversations.map((each) => each.id);
const reads = () => server.asked.filter((each) => each.path.endsWith("/read")).length;

test("what is archived is known once it is opened, and is not listed for that", async () => {
  assert.equal(chat.store.known(id()), undefined);
  await chat.open(id());
  assert.deepEqual([aside()?.name, aside()?.settings.archived_for_me, listed()], ["Plans", true, []]);
  const before = server.asked.length;
  await chat.open(id());
  assert.equal(server.asked.length, before, "it is asked about once");
});

test("it is marked as read where something may be unread in it, and what comes counts", async () => {
  await chat.open(id());
  assert.equal(aside()?.unread_count, 1);
  const marked = { status: 200, body: { conversation_id: id(), read_seq: 1, unread_count: 0 } };
  server.fault = (_, path) => (path.endsWith("/read") ? marked : undefined);
  await chat.markRead(id());
  assert.deepEqual([aside()?.unread_count, reads()], [0, 1]);
  await chat.markRead(id());
  assert.equal(reads(), 1);
  server.say("two");
  await until(() => aside()?.unread_count === 1 && aside()?.last_message?.text === "two");
  server.say("mine", "ada");
  await until(() => aside()?.last_message?.text === "mine");
  assert.equal(aside()?.unread_count, 1);
});

test("it has its new name, and comes back into the list as it is then", async () => {
  await chat.open(id());
  const data = { id: id(), type: "group", name: "Ideas", avatar_url: null, created_by: null, created_at: "", updated_at: "", archived_at: null, last_seq: null };
  server.tell({ type: "conversation.updated", entity_id: id(), version: 2, changed: ["name"], data } as unknown as Partial<Event>);
  await until(() => aside()?.name === "Ideas");
  await chat.arrange(id(), { archived_for_me: false });
  assert.deepEqual([aside(), listed()], [undefined, [id()]]);
  await chat.arrange(id(), { archived_for_me: true });
  assert.deepEqual([aside()?.name, listed()], ["Plans", []]);
});

test("who is removed from it knows it no more", async () => {
  await chat.open(id());
  server.tell({ type: "member.removed", entity_id: `${id()}/ada`, version: 3, data: { conversation_id: id(), user_id: "ada" } } as unknown as Partial<Event>);
  await until(() => !aside());
});

test("what is hidden until a message is listed with the next one, though it is open", async () => {
  server.settings = { ...server.settings, archived_for_me: false, hidden: "until_message" };
  await chat.open(id());
  assert.equal(aside()?.settings.hidden, "until_message");
  server.settings = { ...server.settings, hidden: null };
  server.say("two");
  await until(() => listed().length === 1);
  assert.equal(aside(), undefined);
});

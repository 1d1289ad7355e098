import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { WebSocket } from "ws";
import { Api, Chat, unreadReplies, type Event, type Message, type SocketLike } from "@parley/client";
import { LivelyServer } from "./lively_server.js";
import { problem, until } from "./server.js";

let server: LivelyServer;
let chat: Chat;
let root: Message;
/** The events that this chat has been told; one that another test has left behind counts for itself. */
let heard: { told: number };
beforeEach(async () => {
  server = (await new LivelyServer().start()) as LivelyServer;
  server.mute = () => false;
  root = server.say("root", "ada");
  const mine = (heard = { told: server.log.length });
  const options = { socketsUrl: server.socketsUrl, WebSocket: WebSocket as unknown as new (url: string) => SocketLike, userId: "ada", times: { counted: 10 } };
  chat = new Chat(new Api({ url: server.url, token: "good" }), { ...options, onEvent: () => void mine.told++ });
  await chat.start();
  await until(() => chat.store.getSnapshot().connection === "open" && chat.store.getSnapshot().conversations.length === 1);
});
afterEach(async () => {
  await chat.stop();
  await server.stop();
});

const threads = () => chat.store.getSnapshot().threads;
const unread = () => unreadReplies(chat.store.getSnapshot());
const allTold = () => until(() => heard.told === server.log.length);
const asked = (part: string) => server.asked.filter((each) => each.path.includes(part)).length;

test("nothing is asked about threads until somebody wants them", async () => {
  server.reply(root, "one", "ada");
  server.reply(root, "two");
  await allTold();
  assert.equal(threads(), undefined);
  assert.equal(asked("/threads"), 0);
});

test("replies of others count one by one, in the order in which they come, without a request", async () => {
  server.reply(root, "mine", "ada");
  await allTold();
  await chat.threads.load();
  const before = asked("/threads");
  for (const text of ["one", "two", "three"]) server.reply(root, text);
  await until(() => unread() === 3);
  assert.deepEqual([threads()?.[0]?.last_reply?.text, threads()?.[0]?.reply_count], ["three", 4]);
  assert.equal(asked("/threads"), before);
});

test("the thread with the newest reply comes first", async () => {
  const other = server.say("other", "ada");
  for (const each of [other, root]) server.reply(each, "mine", "ada");
  await allTold();
  await chat.threads.load();
  assert.deepEqual(threads()?.map((each) => each.id), [root.id, other.id]);
  server.reply(other, "newer");
  await until(() => threads()?.[0]?.id === other.id);
});

test("a thread is read up to what is known here, and what comes meanwhile stays unread", async () => {
  server.place(root.id, 0);
  server.reply(root, "one");
  await allTold();
  await chat.threads.load();
  server.underway = () => 30;
  const reading = chat.threads.markRead(root.id);
  await until(() => asked("/read") === 1);
  server.reply(root, "two");
  await reading;
  await until(() => unread() === 1);
  server.underway = () => 0;
  await chat.threads.markRead(root.id);
  assert.equal(unread(), 0);
  await chat.threads.markRead(root.id);
  assert.equal(asked("/read"), 2, "what is read is not marked again");
});

test("a thread that is followed no more leaves the list, and one that is open says so", async () => {
  server.reply(root, "mine", "ada");
  await allTold();
  await chat.threads.load();
  await chat.threads.open(root.id);
  await chat.threads.unfollow(root.id);
  assert.deepEqual([threads(), chat.store.thread(root.id)?.following], [[], false]);
  server.reply(root, "not for me");
  await allTold();
  assert.deepEqual([threads(), chat.store.thread(root.id)?.unread_count], [[], 0]);
  await chat.threads.follow(root.id);
  assert.deepEqual(threads()?.map((each) => each.id), [root.id]);
});

test("a thread that is read, or followed no more, on another device is so here", async () => {
  server.place(root.id, 0);
  server.reply(root, "one");
  await allTold();
  await chat.threads.load();
  const before = asked("/threads");
  server.place(root.id, 1);
  await until(() => unread() === 0);
  assert.equal(asked("/threads"), before);
  server.place(root.id, null);
  await until(() => threads()?.length === 0);
});

test("one that gets its first reply while the list is read is in it", async () => {
  server.underway = () => 30;
  const loading = chat.threads.load();
  await until(() => asked("/threads") === 1);
  server.underway = () => 0;
  server.mute = (event) => event.type === "thread.updated";
  server.reply(root, "mine", "ada");
  await loading;
  await until(() => threads()?.length === 1);
});

test("who is named follows from that reply on", async () => {
  await chat.threads.load();
  server.reply(root, "nobody");
  server.reply(root, "@ada", "bob", ["ada"]);
  await until(() => unread() === 1);
  assert.equal(threads()?.[0]?.last_reply?.text, "@ada");
});

test("a conversation that is hidden for good takes its threads along, and brings them back", async () => {
  server.reply(root, "mine", "ada");
  await allTold();
  await chat.threads.load();
  await chat.arrange(server.conversation, { hidden: "always" });
  assert.deepEqual(threads(), []);
  await chat.arrange(server.conversation, { hidden: null });
  await until(() => threads()?.length === 1);
});

test("the threads of a conversation that is hidden until a message go on, also one that begins meanwhile", async () => {
  const later = server.say("later", "ada");
  server.reply(root, "mine", "ada");
  await allTold();
  await chat.threads.load();
  await chat.arrange(server.conversation, { hidden: "until_message" });
  assert.deepEqual([threads()?.length, chat.store.getSnapshot().conversations.length], [1, 0]);
  server.reply(root, "theirs");
  await until(() => unread() === 1);
  server.reply(later, "mine too", "ada");
  await until(() => threads()?.length === 2);
});

test("a thread of a conversation that is not known yet is listed, if that is not kept out for good", async () => {
  server.reply(root, "mine", "ada");
  await allTold();
  await chat.threads.load();
  for (const [hidden, listed] of [["until_message", 1], ["always", 0]] as const) {
    server.settings = { ...server.settings, hidden };
    chat.store.forget(server.conversation);
    assert.deepEqual(threads(), []);
    server.reply(root, "@ada", "bob");
    server.place(root.id, listed);
    await allTold();
    assert.equal(threads()?.length, listed);
  }
});

test("a listed thread stays where its conversation is beyond those that are held", async () => {
  server.reply(root, "mine", "ada");
  await allTold();
  await chat.threads.load();
  chat.store.set({ conversations: [] });
  server.reply(root, "theirs");
  await until(() => unread() === 1);
});

test("an archived conversation's threads leave the list", async () => {
  server.reply(root, "mine", "ada");
  await allTold();
  await chat.threads.load();
  server.tell({ type: "conversation.archived", entity_id: server.conversation, version: 9, data: { id: server.conversation, name: "Plans", avatar_url: null, archived_at: "now" } } as unknown as Partial<Event>);
  await until(() => threads()?.length === 0);
});

test("what muted conversations have unread is not in the total", async () => {
  server.place(root.id, 0);
  server.reply(root, "one");
  await allTold();
  await chat.threads.load();
  assert.equal(unread(), 1);
  chat.store.summary(server.conversation, { muted: true });
  assert.equal(unread(), 0);
});

test("a gap is read anew, open threads too", async () => {
  await chat.threads.load();
  await chat.threads.open(root.id);
  server.mute = () => true;
  server.reply(root, "mine", "ada");
  server.reply(root, "unheard");
  server.log.length = 0;
  server.again(server.tell({ type: "gap", id: "gap", conversation_id: null } as unknown as Partial<Event>));
  await until(() => unread() === 1);
  assert.equal(chat.store.thread(root.id)?.last_reply?.text, "unheard");
});

test("a reply that does not fit a frame is counted by the server", async () => {
  server.reply(root, "mine", "ada");
  await allTold();
  await chat.threads.load();
  server.mute = () => true;
  server.reply(root, "long");
  const event = server.log.find((each) => "data" in each && "id" in each.data && each.data.id === `${root.id}-2`) as Event & { data: object };
  server.again({ ...event, data: { reference: `/v1/messages/${root.id}-2` } } as Event);
  await until(() => unread() === 1);
});

test("a thread that may not be read any more is let go of; another failure is told", async () => {
  server.reply(root, "mine", "ada");
  await allTold();
  await chat.threads.load();
  server.fault = (_, path) => (path.startsWith("/v1/threads/") ? problem(409, "busy") : undefined);
  await assert.rejects(chat.threads.open(root.id));
  assert.equal(threads()?.length, 1);
  server.fault = (_, path) => (path.startsWith("/v1/threads/") ? problem(404, "message_not_found") : undefined);
  await chat.threads.open(root.id);
  assert.deepEqual(threads(), []);
});

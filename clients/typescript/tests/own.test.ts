import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { WebSocket } from "ws";
import { Api, Chat, holds, mayAppeal, Refused, type Event, type SocketLike } from "@parley/client";
import { OwnServer } from "./own_server.js";
import { problem, until } from "./server.js";

const Socket = WebSocket as unknown as new (url: string) => SocketLike;
let server: OwnServer;
let chats: Chat[];

async function started(): Promise<Chat> {
  const chat = new Chat(new Api({ url: server.url, token: "good" }), { socketsUrl: server.socketsUrl, WebSocket: Socket, userId: "ada", times: { own: 20 } });
  chats.push(chat);
  await chat.start();
  await until(() => chat.store.getSnapshot().connection === "open");
  const { bookmarks, scheduled, invites, requests, mutes, decisions } = chat.own;
  await Promise.all([bookmarks, scheduled, invites, requests, mutes, decisions, chat.own.requestsTo(server.conversation)].map((each) => each.want()));
  return chat;
}

beforeEach(async () => {
  server = (await new OwnServer().start()) as OwnServer;
  chats = [];
});
afterEach(async () => {
  await Promise.all(chats.map((each) => each.stop()));
  await server.stop();
});

const asked = (path: string) => server.asked.filter((each) => each.method === "GET" && each.path === path).length;

test("nothing is read before it is wanted, and then once", async () => {
  const chat = new Chat(new Api({ url: server.url, token: "good" }), { socketsUrl: server.socketsUrl, WebSocket: Socket, userId: "ada" });
  chats.push(chat);
  await chat.start();
  server.invite("plans");
  await until(() => chat.events.cursor === "1" || chat.store.getSnapshot().connection === "open");
  assert.deepEqual([chat.own.invites.getSnapshot(), asked("/v1/users/me/invites")], [undefined, 0]);
  await Promise.all([chat.own.invites.want(), chat.own.invites.want()]);
  assert.deepEqual(chat.own.invites.getSnapshot()?.map((each) => each.conversation_id), ["plans"]);
  assert.equal(asked("/v1/users/me/invites"), 1);
});

test("a bookmark is shown at once, on the other device too, and what it keeps as it is edited", async () => {
  const message = server.say("Buy milk");
  const [one, other] = [await started(), await started()];
  await one.own.bookmarks.put(message.id, new Date("2030-01-01T00:00:00.000Z"));
  assert.deepEqual(one.own.bookmarks.getSnapshot()?.map((each) => each.message?.text), ["Buy milk"]);
  await until(() => other.own.bookmarks.getSnapshot()?.[0]?.remind_at === "2030-01-01T00:00:00.000Z");
  server.edit(message, "Buy oat milk");
  await until(() => other.own.bookmarks.getSnapshot()?.[0]?.message?.text === "Buy oat milk");
  server.remind(message.id);
  await until(() => !!other.own.bookmarks.getSnapshot()?.[0]?.reminded_at);
  await other.own.bookmarks.remove(message.id);
  assert.deepEqual(other.own.bookmarks.getSnapshot(), []);
  await until(() => one.own.bookmarks.getSnapshot()?.length === 0);
});

test("an event that is late changes nothing", async () => {
  const message = server.say("Buy milk");
  const chat = await started();
  server.mute = () => true;
  server.keep(message.id);
  server.keep(message.id, "2030-01-01T00:00:00.000Z");
  const [first, second] = server.log.slice(-2) as [Event, Event];
  server.again(second);
  await until(() => chat.own.bookmarks.getSnapshot()?.length === 1);
  const events: string[] = [];
  chat.events["options"].onEvent = ((tell) => async (event: Event) => (await tell(event), void events.push(event.id)))(chat.events["options"].onEvent);
  server.again(first);
  await until(() => events.includes(first.id));
  assert.equal(chat.own.bookmarks.getSnapshot()?.[0]?.remind_at, "2030-01-01T00:00:00.000Z");
});

test("an event that is older than what was read changes nothing", async () => {
  const message = server.say("Buy milk");
  const chat = await started();
  server.mute = () => true;
  server.keep(message.id);
  server.later("k1", { text: "old" });
  const [kept, scheduled] = server.log.slice(-2) as [Event, Event];
  server.keep(message.id, "2030-01-01T00:00:00.000Z");
  server.later("k1", { text: "new" });
  await Promise.all([chat.own.bookmarks.load(), chat.own.scheduled.load()]);
  server.again(kept);
  server.again(scheduled);
  server.mute = () => false;
  server.invite("plans");
  await until(() => chat.own.invites.getSnapshot()?.length === 1);
  assert.deepEqual([chat.own.bookmarks.getSnapshot()?.[0]?.remind_at, chat.own.scheduled.getSnapshot()?.[0]?.message.text], ["2030-01-01T00:00:00.000Z", "new"]);
});

test("what another device does while this one's change is under way is shown after it", async () => {
  const message = server.say("Buy milk");
  const chat = await started();
  await chat.own.bookmarks.put(message.id);
  server.underway = () => 80;
  const removed = chat.own.bookmarks.remove(message.id);
  await until(() => server.bookmarks.size === 0);
  server.keep(message.id, "2030-01-01T00:00:00.000Z");
  await removed;
  await until(() => chat.own.bookmarks.getSnapshot()?.[0]?.remind_at === "2030-01-01T00:00:00.000Z");
});

test("scheduled messages stand by their moments; an edit of what has changed elsewhere is refused", async () => {
  const [one, other] = [await started(), await started()];
  const late = await one.own.scheduled.add(server.conversation, { text: "late" }, new Date("2031-01-01T00:00:00.000Z"), "k1");
  await one.own.scheduled.add(server.conversation, { text: "early" }, new Date("2030-01-01T00:00:00.000Z"), "k2");
  const texts = (chat: Chat) => chat.own.scheduled.getSnapshot()?.map((each) => each.message.text);
  assert.deepEqual(texts(one), ["early", "late"]);
  await until(() => texts(other)?.length === 2);
  await other.own.scheduled.edit(late, { text: "first", at: new Date("2029-01-01T00:00:00.000Z") });
  await until(() => texts(one)?.[0] === "first");
  const writes = server.asked.length;
  await one.own.scheduled.edit(one.own.scheduled.getSnapshot()![0]!, {});
  assert.equal(server.asked.length, writes);
  server.fault = (method) => (method === "PUT" ? problem(412, "version_conflict") : undefined);
  await assert.rejects(one.own.scheduled.edit(late, { text: "lost" }), (failure) => failure instanceof Refused && failure.code === "version_conflict");
  assert.deepEqual(texts(one), ["first", "early"]);
  server.fault = () => undefined;
  server.unschedule("k2", "scheduled_message.sent");
  await one.own.scheduled.remove("k1");
  await until(() => texts(one)?.length === 0 && texts(other)?.length === 0);
});

test("an invite that comes is shown with its name, and is gone everywhere once one is in", async () => {
  const [one, other] = [await started(), await started()];
  server.invite("plans");
  server.invite("trips");
  await until(() => one.own.invites.getSnapshot()?.length === 2 && other.own.invites.getSnapshot()?.length === 2);
  assert.match(one.own.invites.getSnapshot()?.[0]?.name ?? "", /^plans/);
  assert.ok(asked("/v1/users/me/invites") <= 6);
  await one.own.invites.accept("plans");
  await other.own.invites.decline("trips");
  await until(() => !one.own.invites.getSnapshot()?.length && !other.own.invites.getSnapshot()?.length);
  assert.ok(server.asked.some(({ method, path }) => method === "DELETE" && path === "/v1/conversations/trips/invites/ada"));
});

test("who asks is seen by the admins, and by themselves until they are answered", async () => {
  const chat = await started();
  const to = chat.own.requestsTo(server.conversation);
  await chat.own.requests.ask("choir", "I sing");
  for (const user of ["dora", "carl"]) server.ask(server.conversation, user);
  await until(() => to.getSnapshot()?.length === 2);
  assert.deepEqual(to.getSnapshot()?.map((each) => each.user_id), ["carl", "dora"]);
  assert.deepEqual(chat.own.requests.getSnapshot()?.map((each) => [each.name, each.text]), [["The choir", "I sing"]]);
  await to.approve("carl");
  assert.deepEqual(to.getSnapshot()?.map((each) => each.user_id), ["dora"]);
  await to.decline("dora");
  assert.deepEqual(to.getSnapshot(), []);
  server.answered("choir", "ada");
  await until(() => chat.own.requests.getSnapshot()?.length === 0);
});

test("of the conversations whose requests are looked at the last thirty are kept up", async () => {
  const chat = await started();
  const first = chat.own.requestsTo("first");
  for (let each = 0; each < 30; each++) chat.own.requestsTo(`room ${each}`);
  assert.notEqual(chat.own.requestsTo("first"), first);
});

test("mutes are shown at once, and those of another device after a new connection", async () => {
  const chat = await started();
  await chat.own.mutes.mute("bob");
  await chat.own.mutes.mute("al", new Date("2030-01-01T00:00:00.000Z"));
  assert.deepEqual(chat.own.mutes.getSnapshot()?.map((each) => each.user_id), ["al", "bob"]);
  server.mutes.delete("bob");
  server.cut();
  await until(() => chat.own.mutes.getSnapshot()?.length === 1);
  const [mute] = chat.own.mutes.getSnapshot()!;
  assert.deepEqual([holds(mute!, Date.parse("2029-12-31T00:00:00.000Z")), holds(mute!, Date.parse("2030-01-01T00:00:00.000Z")), holds({ ...mute!, until: null })], [true, false, true]);
  await chat.own.mutes.unmute("al");
  assert.deepEqual(chat.own.mutes.getSnapshot(), []);
});

test("a decision is told, appealed against once, and its answer comes to the other device too", async () => {
  const [one, other] = [await started(), await started()];
  server.decide("d1");
  server.decide("d2");
  const shown = (chat: Chat) => chat.own.decisions.getSnapshot()?.map(({ id, appeal }) => [id, appeal?.outcome ?? appeal?.text]);
  await until(() => shown(one)?.length === 2);
  assert.deepEqual(shown(one), [["d2", undefined], ["d1", undefined]]);
  await one.own.decisions.appeal("d1", "A joke");
  assert.deepEqual(shown(one), [["d2", undefined], ["d1", "A joke"]]);
  await assert.rejects(one.own.decisions.appeal("d1", "Another"), (failure) => failure instanceof Refused && failure.code === "appeal_closed");
  server.overturn("d1", ["ban"]);
  await until(() => shown(other)?.[1]?.[1] === "overturned" && shown(one)?.[1]?.[1] === "overturned");
  assert.deepEqual(other.own.decisions.getSnapshot()?.[1]?.appeal?.restored, ["ban"]);
});

test("a late event takes no answer to an appeal away", async () => {
  const chat = await started();
  server.decide("d1");
  server.appeal("d1", "A joke");
  const [, filed] = server.log.slice(-2) as [Event, Event];
  server.mute = () => true;
  server.overturn("d1");
  await chat.own.decisions.load();
  server.again(filed);
  server.mute = () => false;
  server.invite("plans");
  await until(() => chat.own.invites.getSnapshot()?.length === 1);
  assert.equal(chat.own.decisions.getSnapshot()?.[0]?.appeal?.outcome, "overturned");
});

test("an appeal is open for thirty days, once, and against what did something", () => {
  server.decide("d1");
  const [decision] = [...server.decisions.values()];
  const day = 86_400_000;
  const at = Date.parse(decision!.decided_at);
  assert.deepEqual([mayAppeal(decision!, at + 29 * day), mayAppeal(decision!, at + 30 * day), mayAppeal({ ...decision!, actions: [] }, at)], [true, false, false]);
  assert.equal(mayAppeal(server.appeal("d1", "No")!, at), false);
});

test("groups of users are read once they are wanted, and not again a moment later", async () => {
  const chat = await started();
  server.groups.push({ id: "g1", handle: "on-call", name: "On call" } as (typeof server.groups)[number]);
  assert.deepEqual([chat.groups.getSnapshot(), asked("/v1/user-groups")], [[], 0]);
  server.fault = (_, path) => (path.startsWith("/v1/user-groups") ? problem(403, "forbidden") : undefined);
  chat.groups.want();
  await until(() => asked("/v1/user-groups") === 1);
  server.fault = () => undefined;
  await until(() => (chat.groups.want(), chat.groups.getSnapshot().length === 1));
  chat.groups.want();
  assert.equal(asked("/v1/user-groups"), 2);
});

test("a preview is removed from a message by its link", async () => {
  const chat = await started();
  server.fault = (method, path) => (method === "DELETE" && path === "/v1/messages/m1/link_previews" ? { status: 204 } : undefined);
  await chat.removeLinkPreview("m1", "https://example.com/?a=1&b=2");
  assert.equal(server.asked.filter(({ method, path }) => method === "DELETE" && path === "/v1/messages/m1/link_previews").length, 1);
});

test("what was missed is read anew", async () => {
  const chat = await started();
  server.mute = () => true;
  server.invite("plans");
  server.later("k1", { text: "late" });
  server.mute = () => false;
  server.tell({ type: "gap", conversation_id: null } as unknown as Partial<Event>);
  await until(() => chat.own.invites.getSnapshot()?.length === 1 && chat.own.scheduled.getSnapshot()?.length === 1);
});

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { WebSocket } from "ws";
import { Api, Chat, Events, type Connection, type Event, type SocketLike } from "@parley/client";
import { Server, until } from "./server.js";

let server: Server;
let chats: Chat[];
beforeEach(async () => {
  held = undefined;
  opened = 0;
  chats = [];
  server = await new Server().start();
  server.fault = (_, path) => (["/v1/threads", "/v1/bookmarks"].includes(path) ? { status: 200, body: { data: [], next_cursor: null } } : undefined);
});
afterEach(async () => {
  await Promise.all(chats.map((each) => each.stop()));
  await server.stop();
});

/** Answers to whoever asked for a token; at once, unless they are held back. */
let held: ((token: string) => void)[] | undefined;
const token = () => new Promise<string>((resolve) => (held ? held.push(resolve) : resolve("good")));
const give = (asked: ((token: string) => void)[] | undefined) => asked?.forEach((each) => each("good"));
let opened = 0;
const Socket = function (url: string): SocketLike {
  opened++;
  return new WebSocket(url) as unknown as SocketLike;
} as unknown as new (url: string) => SocketLike;

function make(): Chat {
  const chat = new Chat(new Api({ url: server.url, token }), { socketsUrl: server.socketsUrl, WebSocket: Socket, userId: "ada", times: { delivered: 50 } });
  chats.push(chat);
  return chat;
}
const isOpen = (chat: Chat) => chat.store.getSnapshot().connection === "open";

async function started(): Promise<Chat> {
  const chat = make();
  await chat.start();
  await until(() => isOpen(chat) && chat.store.getSnapshot().conversations.length === 1);
  return chat;
}

/** The timers that wait while something is done; not those of Node's own `fetch`, which keeps its connections. */
async function whileCounted(act: (timers: ReadonlySet<unknown>) => Promise<void>): Promise<void> {
  const { setTimeout: begin, clearTimeout: end } = globalThis;
  const timers = new Set<unknown>();
  globalThis.setTimeout = ((done: (...given: unknown[]) => void, milliseconds?: number, ...given: unknown[]) => {
    const timer: ReturnType<typeof begin> = begin(() => {
      timers.delete(timer);
      done(...given);
    }, milliseconds);
    if (!new Error().stack?.includes("node:internal/deps")) timers.add(timer);
    return timer;
  }) as typeof setTimeout;
  globalThis.clearTimeout = ((timer?: ReturnType<typeof begin>) => {
    timers.delete(timer);
    end(timer);
  }) as typeof clearTimeout;
  try {
    await act(timers);
  } finally {
    Object.assign(globalThis, { setTimeout: begin, clearTimeout: end });
  }
}

test("what is under way as it stops brings nothing up again", () =>
  whileCounted(async (timers) => {
    const chat = await started();
    await Promise.all([chat.threads.load(), chat.own.bookmarks.want(), chat.open(server.conversation)]);
    server.underway = () => 30;
    server.say("one that has come, and is unread");
    server.tell({ type: "typing.started", entity_id: `${server.conversation}/bob`, version: 1, data: { conversation_id: server.conversation, user_id: "bob" } } as Partial<Event>);
    const reading = chat.refresh();
    await chat.stop();
    await reading;
    chat.store.types(server.conversation, "bob", true);
    chat.own.bookmarks.take({ type: "bookmark.created", data: {} } as never);
    await until(() => timers.size === 0);
  }));

test("stopped and begun again at once, it counts what reaches it and saves as before", async () => {
  const chat = await started();
  await chat.stop();
  await chat.start();
  await until(() => isOpen(chat));
  const message = server.say("one that has come, and is unread");
  await until(() => server.actions.some((each) => each["action"] === "delivered" && JSON.stringify(each).includes(`"seq":${message.seq}`)));
  await chat.stop();
});

test("stopped before it has its token, it opens no socket", async () => {
  const chat = make();
  chat.events.cursor = "0";
  const first: typeof held = (held = []);
  chat.events.start();
  await until(() => first.length === 1);
  chat.events.stop();
  chat.events.start();
  give(first);
  await until(() => isOpen(chat));
  server.say("told");
  await until(() => chat.store.getSnapshot().conversations[0]?.last_message?.text === "told");
  assert.equal(opened, 1);
});

test("begun again while what was missed is still applied, it stays open", async () => {
  const connections: Connection[] = [];
  const applied: (() => void)[] = [];
  const onEvent = () => new Promise<void>((resolve) => applied.push(resolve));
  const events = new Events(new Api({ url: server.url, token }), { socketsUrl: server.socketsUrl, WebSocket: Socket, cursor: "0", onEvent, onConnection: (each) => connections.push(each) });
  server.say("told");
  server.tokens.clear();
  events.start();
  await until(() => connections.includes("closed"));
  server.tokens.add("good");
  await until(() => applied.length === 1);
  events.stop();
  events.start();
  await until(() => applied.length === 2);
  applied[1]!();
  await until(() => connections.at(-1) === "open");
  applied[0]!();
  server.say("told after that");
  await until(() => applied.length === 3);
  assert.equal(connections.at(-1), "open");
  events.stop();
});

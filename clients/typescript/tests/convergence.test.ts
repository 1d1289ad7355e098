import assert from "node:assert/strict";
import { test } from "node:test";
import { WebSocket } from "ws";
import { Api, Chat, type Event, type Message, type SocketLike } from "@parley/client";
import { dice } from "./dice.js";
import { LivelyServer } from "./lively_server.js";
import { until } from "./server.js";

/** How many scripts are played. */
const SCRIPTS = 60;
/** In a short script nothing later heals what went wrong. */
const MOST_STEPS = 20;

const Socket = WebSocket as unknown as new (url: string) => SocketLike;

/** What a chat shows of a message. */
const seen = ({ id, seq, text, deleted_at, reactions, reply_count }: Message) => ({ id, seq, text, deleted_at, reactions, reply_count });

/** Plays a script: changes on the server, steps of the user, and events that come late, twice, in any order, or not until the replay. */
async function play(seed: number, server: LivelyServer, chat: Chat): Promise<void> {
  const { below, one, chance } = dice(seed);
  const id = server.conversation;
  const untold: Event[] = [];
  const steps: Promise<unknown>[] = [];
  let logged = server.log.length;
  const message = () => one(server.messages);
  const alive = () => one(server.messages.filter((each) => !each.deleted_at));
  const reply = () => one([...server.replies.values()].flat());
  const live = () => one([...server.replies.values()].flat().filter((each) => !each.deleted_at));
  const on = (found: Message | undefined, act: (found: Message) => void) => found && act(found);
  const step = (act: () => Promise<unknown>) => void steps.push(act().catch((failure: { status?: number }) => assert.equal(failure.status, 404)));
  const deliver = () => {
    const [event] = untold.splice(below(untold.length), 1);
    if (event && !chance(loss)) server.again(event);
    if (event && chance(0.2)) server.again(event);
  };
  const all: (() => unknown)[] = [
    () => server.say(`mine ${below(1000)}`, "ada"),
    () => on(alive(), (each) => server.edit(each, `edited ${below(1000)}`)),
    () => on(alive(), (each) => server.erase(each)),
    () => on(message(), (each) => server.purge(each)),
    () => on(alive(), (each) => server.react(each, one(["👍", "🎉"]) ?? "", one(["ada", "bob"]) ?? "")),
    () => on(alive(), (each) => server.reply(each, `reply ${below(1000)}`)),
    () => on(reply(), (each) => (chance(0.5) ? server.edit(each, `edited ${below(1000)}`) : server.purge(each))),
    () => server.read("bob", below(server.messages.at(-1)?.seq ?? 1)),
    () => server.rename(`Plans ${below(1000)}`),
    () => step(() => chat.open(id)),
    () => step(() => chat.loadEarlier(id)),
    () => step(() => chat.refresh()),
    () => step(() => chat.markRead(id)),
    () => step(() => chat.loadReceipts(id)),
    () => step(() => chat.send(id, `sent ${below(1000)}`)),
    () => on(message(), (each) => step(() => chat.markUnread(id, each.id))),
    () => on(message(), (each) => step(() => chat.openThread(each.id))),
    () => on(message(), (each) => step(() => chat.openAround(id, each.id))),
    () => chance(0.1) && server.cut(),
  ];
  const ofThreads: (() => unknown)[] = [
    () => on(alive(), (each) => server.reply(each, `mine ${below(1000)}`, "ada")),
    () => on(alive(), (each) => server.reply(each, `ada, ${below(1000)}`, "bob", ["ada"])),
    () => on(live(), (each) => server.erase(each)),
    () => step(() => chat.threads.load()),
    () => on(message(), (each) => step(() => chat.threads.open(each.id))),
    () => on(message(), (each) => step(() => (chance(0.7) ? chat.threads.follow(each.id) : chat.threads.unfollow(each.id)))),
    () => on(message(), (each) => step(() => chat.threads.markRead(each.id))),
    () => on(reply(), (each) => (chance(0.5) ? server.edit(each, `edited ${below(1000)}`) : server.purge(each))),
    () => on(alive(), (each) => server.edit(each, `edited ${below(1000)}`)),
  ];
  // Each script has few kinds of acts: with all of them, one would heal what another spoilt.
  const kinds = chance(0.5) ? all : ofThreads;
  if (kinds === ofThreads) {
    for (const text of ["one", "two"]) server.place(server.say(text, "ada").id, 0);
    await chat.threads.load();
  }
  const often = kinds === all ? () => server.say(`said ${below(1000)}`) : () => on(alive(), (each) => server.reply(each, `reply ${below(1000)}`));
  const acts = [often, ...Array.from({ length: 1 + below(4) }, () => one(kinds))];
  server.underway = () => below(8);
  const loss = one([0, 0, 0.2]) ?? 0;
  for (let left = 2 + below(MOST_STEPS); left > 0; left--) {
    one(acts)?.();
    untold.push(...server.log.slice(logged));
    logged = server.log.length;
    while (untold.length && chance(0.5)) deliver();
    if (chance(0.3)) await new Promise((resolve) => setTimeout(resolve, below(4)));
  }
  await Promise.all(steps);
  untold.push(...server.log.slice(logged));
  while (untold.length) deliver();
  await until(() => !chat.store.getSnapshot().pending.length);
}

function differences(server: LivelyServer, chat: Chat): void {
  const { conversations, timelines, receipts, threads, openThreads } = chat.store.getSnapshot();
  const { name, last_message, unread_count } = server.summary();
  const [shown] = conversations;
  assert.deepEqual({ name: shown?.name, last_message: shown?.last_message, unread_count: shown?.unread_count }, { name, last_message, unread_count });
  for (const [id, line] of Object.entries(timelines)) {
    const [first, last] = [line.hasEarlier ? (line.messages[0]?.seq ?? 0) : 0, line.hasLater ? line.upTo : Infinity];
    const there = id === server.conversation ? server.messages : (server.replies.get(id) ?? []);
    const within = there.filter((each) => each.seq >= first && each.seq <= last).map((each) => server.shown(each));
    assert.deepEqual(line.messages.map(seen), within.map(seen), id);
  }
  if (threads) assert.deepEqual(threads, server.followed());
  for (const each of server.messages) if (openThreads[each.id]) assert.deepEqual(openThreads[each.id], server.thread(each));
  assert.equal(receipts[server.conversation]?.["bob"] ?? 0, server.receipts["bob"] ?? 0);
}

for (let seed = 1; seed <= SCRIPTS; seed++)
  test(`whatever order events come in, what is shown is what the server says: script ${seed}`, async () => {
    const server = (await new LivelyServer().start()) as LivelyServer;
    const chat = new Chat(new Api({ url: server.url, token: "good" }), { socketsUrl: server.socketsUrl, WebSocket: Socket, userId: "ada", onError: (failure) => console.error(failure) });
    try {
      await chat.start();
      await until(() => chat.store.getSnapshot().connection === "open" && chat.store.getSnapshot().conversations.length === 1);
      await play(seed, server, chat);
      server.cut();
      // What no socket told, the next replay does.
      await until(() => (chat.events.wake(), chat.events.cursor === String(server.log.length)));
      const isSame = () => {
        try {
          differences(server, chat);
          return true;
        } catch {
          return false;
        }
      };
      await until(isSame).catch(() => differences(server, chat));
    } finally {
      await chat.stop();
      await server.stop();
    }
  });

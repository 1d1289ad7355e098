import assert from "node:assert/strict";
import { test } from "node:test";
import { WebSocket } from "ws";
import { Api, Chat, type Event, type SocketLike } from "@parley/client";
import { dice } from "./dice.js";
import { OwnServer } from "./own_server.js";
import { until } from "./server.js";

const SCRIPTS = 25;
const MOST_STEPS = 20;
const Socket = WebSocket as unknown as new (url: string) => SocketLike;

/** Changes by this device and by others; events come late, twice and in any order. */
async function play(seed: number, server: OwnServer, chat: Chat): Promise<void> {
  const { below, one, chance } = dice(seed);
  const untold: Event[] = [];
  const steps: Promise<unknown>[] = [];
  let logged = server.log.length;
  const message = () => one(server.messages)!;
  const later = () => `k${below(3)}`;
  const room = () => one(["plans", "trips"])!;
  const user = () => one(["bob", "carl"])!;
  const moment = () => new Date(2_000_000_000_000 + below(5)).toISOString();
  const to = chat.own.requestsTo(server.conversation);
  const step = (act: () => Promise<unknown>) => void steps.push(act().catch((failure: { status?: number }) => assert.equal(failure.status, 404)));
  const all: (() => unknown)[] = [
    () => server.keep(message().id, moment()),
    () => server.unkeep(message().id),
    () => server.edit(message(), `edited ${below(1000)}`),
    () => step(() => chat.own.bookmarks.put(message().id)),
    () => step(() => chat.own.bookmarks.remove(message().id)),
    () => server.later(later(), { text: `text ${below(1000)}`, send_at: moment() }),
    () => server.unschedule(later(), one(["scheduled_message.deleted", "scheduled_message.sent"])),
    () => step(() => chat.own.scheduled.remove(later())),
    () => {
      const known = one(chat.own.scheduled.getSnapshot() ?? []);
      if (known) step(() => chat.own.scheduled.edit(known, { text: `mine ${below(1000)}` }));
    },
    () => server.invite(room()),
    () => server.uninvite(room()),
    () => step(() => chat.own.invites.accept(room())),
    () => server.ask(server.conversation, user()),
    () => server.answered(server.conversation, user()),
    () => step(() => to.approve(user())),
    () => step(() => chat.own.requests.ask(room())),
    () => server.answered(room(), "ada"),
    () => server.decide(one(["d1", "d2"])!, one([[], ["ban" as const]])!),
    () => void server.appeal(one(["d1", "d2"])!, "No"),
    () => server.overturn(one(["d1", "d2"])!, one([[], ["ban" as const]])!),
    () => step(() => chat.own.decisions.appeal(one(["d1", "d2"])!, "No").catch((failure: { status?: number }) => assert.equal(failure.status, 409))),
    () => step(() => one([chat.own.decisions, chat.own.bookmarks, chat.own.scheduled, chat.own.invites, chat.own.requests, to])!.load()),
  ];
  const acts = Array.from({ length: 2 + below(3) }, () => one(all));
  const deliver = () => {
    const [event] = untold.splice(below(untold.length), 1);
    if (event) server.again(event);
    if (event && chance(0.2)) server.again(event);
  };
  server.underway = () => below(8);
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
}

for (let seed = 1; seed <= SCRIPTS; seed++)
  test(`whatever order events come in, the user's own lists are what the server says: script ${seed}`, async () => {
    const server = (await new OwnServer().start()) as OwnServer;
    for (const text of ["one", "two"]) server.say(text);
    const chat = new Chat(new Api({ url: server.url, token: "good" }), { socketsUrl: server.socketsUrl, WebSocket: Socket, userId: "ada", times: { own: 5 } });
    const { bookmarks, scheduled, invites, requests, decisions } = chat.own;
    const lists = { bookmarks, scheduled, invites, requests, decisions, to: chat.own.requestsTo(server.conversation) };
    const shown = () => Object.fromEntries(Object.entries(lists).map(([name, each]) => [name, each.getSnapshot()]));
    try {
      await chat.start();
      await until(() => chat.store.getSnapshot().connection === "open");
      await Promise.all(Object.values(lists).map((each) => each.want()));
      server.mute = () => true;
      await play(seed, server, chat);
      const isSame = () => {
        try {
          assert.deepEqual(shown(), server.said());
          return true;
        } catch {
          return false;
        }
      };
      await until(isSame).catch(() => assert.deepEqual(shown(), server.said()));
    } finally {
      await chat.stop();
      await server.stop();
    }
  });

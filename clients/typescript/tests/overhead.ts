// What the client adds to the requests and frames themselves: each measured beside the bare ones, in turns, in one process with the
// server, whose part is in both. Prints JSON; milliseconds.
import { WebSocket } from "ws";
import { Api, Chat, type SocketLike } from "@parley/client";
import { Server, until } from "./server.js";

const [ROUNDS, MESSAGES, MISSED] = [7, 500, 1000];
const headers = { Authorization: "Bearer good", "Content-Type": "application/json" };

interface Spent {
  cpu: number;
  time: number;
  requests: number;
}

async function spent(server: Server, act: () => Promise<void>): Promise<Spent> {
  const [cpu, began, asked] = [process.cpuUsage(), performance.now(), server.asked.length];
  await act();
  const { user, system } = process.cpuUsage(cpu);
  return { cpu: (user + system) / 1000, time: performance.now() - began, requests: server.asked.length - asked };
}

async function chatOn(server: Server): Promise<Chat> {
  const api = new Api({ url: server.url, token: "good" });
  const chat = new Chat(api, { socketsUrl: server.socketsUrl, WebSocket: WebSocket as unknown as new (url: string) => SocketLike, userId: "ada" });
  await chat.start();
  await until(() => chat.store.getSnapshot().connection === "open" && chat.store.getSnapshot().conversations.length === 1);
  await chat.open(server.conversation);
  return chat;
}

/** Resolves as soon as it is so, and polls for nothing. */
const soon = (chat: Chat, isSo: () => boolean) =>
  new Promise<void>((resolve) => {
    const look = () => {
      if (!isSo()) return;
      end();
      resolve();
    };
    const end = chat.store.subscribe(look);
    look();
  });

const last = (chat: Chat, server: Server) => chat.store.getSnapshot().timelines[server.conversation]?.messages.at(-1)?.seq;

async function withChat(act: (chat: Chat, server: Server) => Promise<void>): Promise<Spent> {
  const server = await new Server().start();
  const chat = await chatOn(server);
  const result = await spent(server, () => act(chat, server));
  await chat.stop();
  await server.stop();
  return result;
}

/** A socket that reads what it is told, and nothing else. */
async function bare(act: (server: Server, heard: () => number) => Promise<void>): Promise<Spent> {
  const server = await new Server().start();
  let count = 0;
  const socket = new WebSocket(`${server.socketsUrl}?token=good`);
  socket.on("message", (frame) => void (JSON.parse(String(frame)), count++));
  await until(() => server.sockets.size === 1);
  const result = await spent(server, () => act(server, () => count));
  socket.terminate();
  await server.stop();
  return result;
}

const MEASURED: Record<string, [client: () => Promise<Spent>, bare: () => Promise<Spent>, per: number]> = {
  "send, and hear of it": [
    () =>
      withChat(async (chat, server) => {
        for (let each = 1; each <= MESSAGES; each++) {
          await chat.send(server.conversation, `Message ${each}`);
          await soon(chat, () => chat.store.getSnapshot().pending.length === 0 && last(chat, server) === each);
        }
      }),
    () =>
      bare(async (server) => {
        for (let each = 1; each <= MESSAGES; each++) {
          const body = JSON.stringify({ conversation_id: server.conversation, text: `Message ${each}` });
          await (await fetch(`${server.url}/v1/messages`, { method: "POST", headers: { ...headers, "Idempotency-Key": crypto.randomUUID() }, body })).json();
        }
      }),
    MESSAGES,
  ],
  receive: [
    () =>
      withChat(async (chat, server) => {
        for (let each = 1; each <= MESSAGES; each++) server.say(`Message ${each}`);
        await soon(chat, () => last(chat, server) === MESSAGES);
      }),
    () =>
      bare(async (server, heard) => {
        for (let each = 1; each <= MESSAGES; each++) server.say(`Message ${each}`);
        await until(() => heard() === MESSAGES);
      }),
    MESSAGES,
  ],
  "reconnect after 1,000 missed events": [
    () =>
      withChat(async (chat, server) => {
        server.cut();
        for (let each = 1; each <= MISSED; each++) server.say(`Missed ${each}`);
        await soon(chat, () => last(chat, server) === MISSED && chat.store.getSnapshot().connection === "open");
        if (new Set(chat.store.getSnapshot().timelines[server.conversation]?.messages.map((each) => each.seq)).size !== MISSED) throw new Error("Not all");
      }),
    () =>
      bare(async (server) => {
        server.cut();
        for (let each = 1; each <= MISSED; each++) server.say(`Missed ${each}`);
        for (let after = "0", more = true; more; ) {
          const page = (await (await fetch(`${server.url}/v1/events?after=${after}`, { headers })).json()) as { next_cursor: string; has_more: boolean };
          [after, more] = [page.next_cursor, page.has_more];
        }
        const again = new WebSocket(`${server.socketsUrl}?token=good`);
        await new Promise((resolve) => again.on("open", resolve));
        again.terminate();
      }),
    1,
  ],
};

const median = (of: number[]) => [...of].sort((one, other) => one - other)[Math.floor(of.length / 2)] ?? 0;
const medians = (rounds: Spent[], per: number) => ({ cpu: median(rounds.map((each) => each.cpu)) / per, time: median(rounds.map((each) => each.time)) / per, requests: median(rounds.map((each) => each.requests)) / per });

const results = [];
for (const [name, [client, alone, per]] of Object.entries(MEASURED)) {
  const rounds: [Spent[], Spent[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round++) {
    const [one, other] = [await client(), await alone()];
    // The first round compiles.
    if (round) rounds[0].push(one), rounds[1].push(other);
  }
  results.push({ name, client: medians(rounds[0], per), bare: medians(rounds[1], per) });
}
console.log(JSON.stringify(results));

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { act, useState, type ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { WebSocket } from "ws";
import { Api, Chat, type Event, type Message, type SocketLike } from "@parley/client";
import { ChatProvider, FollowButton, Thread, ThreadList, useMessageStatus, useReceipts, useUnreadThreads } from "@parley/react";
import { LivelyServer } from "../../typescript/tests/lively_server.js";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

let server: LivelyServer;
let chat: Chat;
let root: Root;
let page: HTMLElement;
let mine: Message;

beforeEach(async () => {
  server = (await new LivelyServer().start()) as LivelyServer;
  server.mute = () => false;
  mine = server.say("Who comes?", "ada");
  server.reply(mine, "I do", "ada");
  server.reply(mine, "Me too");
  const api = new Api({ url: server.url, token: "good" });
  chat = new Chat(api, { socketsUrl: server.socketsUrl, WebSocket: WebSocket as unknown as new (url: string) => SocketLike, userId: "ada" });
  page = document.body.appendChild(document.createElement("main"));
  root = createRoot(page);
  await chat.start();
});
afterEach(async () => {
  await act(async () => root.unmount());
  page.remove();
  await chat.stop();
  await server.stop();
});

const show = (children: ReactNode) => act(async () => root.render(<ChatProvider chat={chat}>{children}</ChatProvider>));
const find = (selector: string): HTMLElement => {
  const found = page.querySelector<HTMLElement>(selector);
  assert.ok(found, `${selector} in ${page.innerHTML}`);
  return found;
};
const click = (selector: string) => act(async () => find(selector).click());

async function until(isSo: () => boolean): Promise<void> {
  for (const end = performance.now() + 5000; !isSo(); ) {
    if (performance.now() > end) throw new Error(`Not so: ${isSo} in ${page.innerHTML}`);
    await act(() => new Promise((resolve) => setTimeout(resolve, 5)));
  }
}

function Inbox({ unreadOnly = false }: { unreadOnly?: boolean }) {
  const [open, setOpen] = useState<string>();
  return (
    <>
      <b>{useUnreadThreads()}</b>
      <ThreadList label="Threads" unreadOnly={unreadOnly} onSelect={(thread) => setOpen(thread.id)} {...(open ? { selected: open } : {})} />
      {open && <Thread label="Replies" conversationId={server.conversation} parentId={open} />}
    </>
  );
}

test("a thread is chosen from the list, and what is shown of it is read", async () => {
  await show(<Inbox />);
  await until(() => find("b").textContent === "1");
  assert.equal(find("nav").getAttribute("aria-label"), "Threads");
  assert.equal(find("nav button span[aria-label]").getAttribute("aria-label"), "1 unread");
  await click("nav button");
  assert.equal(find("nav button").getAttribute("aria-current"), "true");
  await until(() => find("b").textContent === "0");
  await act(async () => server.reply(mine, "Late, but me too"));
  await until(() => page.querySelectorAll("[role=log] li").length === 3);
  await until(() => server.thread(mine).unread_count === 0);
});

test("those with something unread are shown alone", async () => {
  await show(<Inbox unreadOnly />);
  await until(() => page.querySelectorAll("nav button").length === 1);
  await act(() => chat.threads.markRead(mine.id));
  await until(() => page.querySelectorAll("nav button").length === 0);
});

test("a thread is followed no more, and again", async () => {
  await show(<FollowButton messageId={mine.id} />);
  await until(() => !!page.querySelector("button"));
  assert.equal(find("button").textContent, "Stop following");
  await click("button");
  await until(() => find("button").textContent === "Follow");
  assert.equal(server.thread(mine).following, false);
  await click("button");
  await until(() => find("button").textContent === "Stop following");
});

test("a message is sent, delivered and seen", async () => {
  server.receipts = { ada: 1 };
  function Status() {
    useReceipts(server.conversation);
    const { status, seenBy } = useMessageStatus(mine);
    return <p>{`${status} ${seenBy.join()}`}</p>;
  }
  await show(<Status />);
  await until(() => server.asked.some((each) => each.path.endsWith("/receipts")));
  await until(() => find("p").textContent === "sent ");
  const member = { conversation_id: server.conversation, user_id: "bob", role: "member", joined_at: "", read_at: null, delivered_at: null };
  const entity_id = `${server.conversation}/bob`;
  server.tell({ type: "delivered.updated", entity_id, version: 2, data: { ...member, read_seq: 0, delivered_seq: 1 } } as Partial<Event>);
  await until(() => find("p").textContent === "delivered ");
  server.tell({ type: "read.updated", entity_id, version: 3, data: { ...member, read_seq: 1, delivered_seq: 1 } } as Partial<Event>);
  await until(() => find("p").textContent === "seen bob");
  server.tell({ type: "read.updated", entity_id, version: 4, data: { ...member, read_seq: 0, delivered_seq: 1 } } as Partial<Event>);
  await until(() => find("p").textContent === "delivered ");
});

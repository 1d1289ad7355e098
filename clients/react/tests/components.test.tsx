import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { act, useState, type ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { WebSocket } from "ws";
import { Api, Chat, memoryStorage, Uploads, type Event, type SocketLike } from "@parley/client";
import { ChatProvider, Composer, ConversationList, Thread, UploadField, useMembers, useMessages, usePresence, useReceipts, useTyping, useUnread, useUploads, useUser } from "@parley/react";
import { problem, Server } from "../../typescript/tests/server.js";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

let server: Server;
let chat: Chat;
let root: Root;
let page: HTMLElement;

beforeEach(async () => {
  server = await new Server().start();
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
const find = <T extends Element = HTMLElement>(selector: string): T => {
  const found = page.querySelector<T>(selector);
  assert.ok(found, `${selector} in ${page.innerHTML}`);
  return found;
};
const click = (selector: string) => act(async () => find<HTMLElement>(selector).click());
const rows = () => [...page.querySelectorAll("[role=log] li p")].map((each) => each.textContent);

async function until(isSo: () => boolean): Promise<void> {
  for (const end = performance.now() + 5000; !isSo(); ) {
    if (performance.now() > end) throw new Error(`Not so: ${isSo} in ${page.innerHTML}`);
    await act(() => new Promise((resolve) => setTimeout(resolve, 5)));
  }
}

/** Types as a user does: React listens to what the field itself says. */
async function write(text: string): Promise<void> {
  const field = find<HTMLTextAreaElement>("textarea");
  await act(async () => {
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field) as object, "value")?.set?.call(field, text);
    field.dispatchEvent(new window.Event("input", { bubbles: true }));
  });
}

const press = (key: string, more: object = {}) =>
  act(async () => void find("textarea").dispatchEvent(new window.KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more })));

function Room() {
  const [selected, select] = useState<string>();
  return (
    <>
      <ConversationList label="Conversations" onSelect={select} {...(selected ? { selected } : {})} />
      {selected && <Thread label="Messages" conversationId={selected} />}
      {selected && <Composer label="Message" conversationId={selected} />}
    </>
  );
}

async function inRoom(): Promise<void> {
  await show(<Room />);
  await until(() => !!page.querySelector("nav button"));
  await click("nav button");
  await until(() => find("[role=log]").getAttribute("aria-busy") === "false");
}

test("a conversation is chosen, read and written to with the keyboard alone", async () => {
  server.say("Hello");
  await inRoom();
  assert.equal(find("nav").getAttribute("aria-label"), "Conversations");
  assert.equal(find("nav button").getAttribute("aria-current"), "true");
  assert.deepEqual(rows(), ["Hello"]);
  assert.equal(find("label").getAttribute("for"), find("textarea").id);
  assert.ok(find<HTMLButtonElement>("form button").disabled);
  await write("Hi, Bob");
  await press("Enter", { shiftKey: true });
  await press("Enter", { isComposing: true });
  assert.equal(server.messages.length, 1, "a line or a composition is not sent");
  await press("Enter");
  assert.equal(find<HTMLTextAreaElement>("textarea").value, "");
  await until(() => server.messages.length === 2 && rows().length === 2);
  assert.deepEqual(rows(), ["Hello", "Hi, Bob"]);
});

test("an echo is shown before its answer, and one that failed can be discarded", async () => {
  await inRoom();
  let refused = 0;
  server.fault = (method) => (method === "POST" && refused++ === 0 ? problem(503, "unavailable", {}, { "Retry-After": "1" }) : undefined);
  await write("waits");
  await press("Enter");
  assert.deepEqual(rows(), ["waits"]);
  assert.ok(find("[data-status]"));
  await until(() => server.messages.length === 1 && !page.querySelector("[data-status]"));
  await write("forbidden");
  await press("Enter");
  await until(() => !!page.querySelector("[role=alert]"));
  await click("[role=alert] button:last-child");
  await until(() => rows().length === 1);
});

test("older messages come at a button's press", async () => {
  for (let each = 1; each <= 70; each++) server.say(`${each}`);
  await inRoom();
  assert.equal(rows().length, 50);
  await click("[role=log] > button");
  await until(() => rows().length === 70);
  assert.equal(rows()[0], "1");
  assert.equal(page.querySelector("[role=log] > button"), null);
});

test("unread messages, who types and who is there are shown as they change", async () => {
  function Signs() {
    const { who } = useTyping(server.conversation);
    return <p id="signs">{`${useUnread()} ${who.join()} ${usePresence("bob")?.online}`}</p>;
  }
  await show(<Signs />);
  await until(() => chat.store.getSnapshot().conversations.length === 1 && chat.store.getSnapshot().connection === "open");
  server.say("one");
  server.say("two");
  server.tell({ type: "typing.started", entity_id: "x", version: 1, data: { conversation_id: server.conversation, user_id: "bob" } } as Partial<Event>);
  server.tell({ type: "presence.changed", entity_id: "bob", version: 1, data: { user_id: "bob", online: true, last_active_at: null, status_text: null } } as Partial<Event>);
  await until(() => find("#signs").textContent === "2 bob true");
});

test("a conversation is watched until the last that shows it is gone", async () => {
  const unwatched = () => server.actions.filter((each) => each["action"] === "unwatch").length;
  const threads = (keys: string[]) => show(keys.map((key) => <Thread key={key} label={key} conversationId={server.conversation} />));
  await until(() => chat.store.getSnapshot().connection === "open");
  await threads(["one", "two"]);
  await until(() => server.actions.some((each) => each["action"] === "watch"));
  await threads(["one"]);
  chat.events.act({ action: "ping" });
  await until(() => server.actions.some((each) => each["action"] === "ping"));
  assert.equal(unwatched(), 0);
  await threads([]);
  await until(() => unwatched() === 1);
});

test("a file is chosen, paused, resumed and handed on", async () => {
  const ready: string[] = [];
  const uploads = new Uploads(new Api({ url: server.url, token: "good" }), memoryStorage());
  await show(<UploadField label="Attach" uploads={uploads} onReady={(media) => ready.push(media.id)} />);
  server.fault = (_, path) => (path.startsWith("/s3/") && server.parts.size === 8 ? problem(503, "slow_down") : undefined);
  const input = find<HTMLInputElement>("input");
  assert.equal(find("label").getAttribute("for"), input.id);
  Object.defineProperty(input, "files", { value: [new File(["0123456789".repeat(20)], "film.mp4", { lastModified: 1 })] });
  await act(async () => void input.dispatchEvent(new window.Event("change", { bubbles: true })));
  await until(() => server.parts.size === 8);
  assert.equal(find("progress").getAttribute("aria-label"), "film.mp4");
  await click("button");
  server.fault = () => undefined;
  assert.equal(find("button").textContent, "Resume");
  await click("button");
  await until(() => ready.length === 1);
  assert.equal(page.querySelector("progress"), null);
});

test("a history opens around a message, and stays there when the network comes back", async () => {
  for (let each = 1; each <= 300; each++) server.say(`${each}`);
  function Old() {
    const { messages, hasLater, loadLater, showLatest } = useMessages(server.conversation, null, "m100");
    return (
      <p id="old" data-later={hasLater}>
        {messages.at(-1)?.seq} <button onClick={() => void loadLater()} /> <button onClick={() => void showLatest()} />
      </p>
    );
  }
  await show(<Old />);
  const last = () => Number(find("#old").textContent?.trim());
  await until(() => last() === 124);
  await until(() => chat.store.getSnapshot().connection === "open");
  server.cut();
  await until(() => chat.store.getSnapshot().connection !== "open");
  await until(() => chat.store.getSnapshot().connection === "open");
  assert.equal(last(), 124);
  await click("button");
  await until(() => last() === 174);
  await click("button:last-child");
  await until(() => last() === 300 && find("#old").dataset["later"] === "false");
});

test("names, members and who has read are shown as they are learnt", async () => {
  server.receipts = { bob: 2 };
  function Names() {
    const members = useMembers(server.conversation);
    return <p id="names">{`${useUser("bob")?.name} ${members?.map((each) => each.user_id).join()} ${useReceipts(server.conversation)["bob"]}`}</p>;
  }
  await show(<Names />);
  await until(() => find("#names").textContent === "BOB ada,bob 2");
  server.members = ["ada"];
  server.tell({ type: "member.removed", entity_id: "x", version: 1, data: { user_id: "bob" } } as Partial<Event>);
  await until(() => find("#names").textContent === "BOB ada 2");
});

test("files beside each other: one fails and goes on, another is taken away", async () => {
  const uploads = new Uploads(new Api({ url: server.url, token: "good" }), memoryStorage());
  let files: ReturnType<typeof useUploads> | undefined;
  function Files() {
    files = useUploads(uploads);
    return files.items.map((each) => <p key={each.key} data-status={each.status}>{each.filename}</p>);
  }
  await show(<Files />);
  server.fault = (method, path) => (method === "GET" && path.endsWith("/progress") ? problem(404, "upload_not_found") : undefined);
  const file = new File(["0123456789".repeat(3)], "one.txt", { lastModified: 1 });
  await act(async () => files?.add([file]));
  await until(() => find("p").dataset["status"] === "failed");
  server.fault = () => undefined;
  const [item] = files?.items ?? [];
  assert.ok(item?.started);
  await act(async () => files?.goOn(item.started!, file));
  await until(() => find("p").dataset["status"] === "ready");
  assert.equal(files?.items.length, 1, "it is the same upload");
  assert.deepEqual(await uploads.unfinished(), []);
  await act(async () => files?.remove(files.items[0]!));
  assert.equal(page.querySelector("p"), null);
});

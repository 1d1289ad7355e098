import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Api, Refused, Unreachable } from "@parley/client";
import { problem, Server } from "./server.js";

let server: Server;
beforeEach(async () => void (server = await new Server().start()));
afterEach(() => server.stop());

const send = (api: Api, text = "Hello") => api.post("/v1/messages", { body: { conversation_id: server.conversation, text } });

test("a message whose answer is lost is sent again under its key, and exists once", async () => {
  server.fault = (_, __, number) => (number === 0 ? "drop after" : undefined);
  const message = await send(new Api({ url: server.url, token: "good" }));
  assert.equal(message.seq, 1);
  assert.equal(server.messages.length, 1);
  assert.equal(new Set(server.asked.map((each) => each.key)).size, 1);
  assert.equal(server.asked.length, 2);
});

test("Retry-After is waited for in seconds, and as a date by the server's clock", async () => {
  const hour = 3_600_000;
  const dates = { "Retry-After": new Date(Date.now() - hour + 1000).toUTCString(), Date: new Date(Date.now() - hour).toUTCString() };
  for (const headers of [{ "Retry-After": "1" }, dates]) {
    const before = server.asked.length;
    server.fault = (_, __, number) => (number === before ? problem(429, "rate_limited", {}, headers) : undefined);
    const began = performance.now();
    await send(new Api({ url: server.url, token: "good" }));
    const waited = performance.now() - began;
    assert.ok(waited >= 990 && waited < 3000, `${waited} ms`);
  }
});

test("503 is tried again, and given up in the end", async () => {
  server.fault = (_, __, number) => (number < 2 ? problem(503, "unavailable") : undefined);
  await send(new Api({ url: server.url, token: "good" }));
  server.fault = () => problem(503, "unavailable");
  const body = { conversation_id: server.conversation };
  await assert.rejects(new Api({ url: server.url, token: "good" }).post("/v1/messages", { body, attempts: 2 }), (failure) => failure instanceof Refused && failure.code === "unavailable" && failure.retryable);
});

test("who is to wait for long is told instead", async () => {
  server.fault = () => problem(429, "budget_spent", {}, { "Retry-After": "40000" });
  await assert.rejects(send(new Api({ url: server.url, token: "good" })), (failure) => failure instanceof Refused && failure.retryAfter === 40_000_000);
  assert.equal(server.asked.length, 1);
});

test("a refused token is replaced once, for all that wait for it", async () => {
  const tokens = ["expired", "good"];
  let asked = 0;
  const api = new Api({ url: server.url, token: () => tokens[Math.min(asked++, 1)] ?? "" });
  await Promise.all([send(api, "one"), send(api, "two"), send(api, "three")]);
  assert.equal(asked, 2);
  assert.equal(server.messages.length, 3);
  server.tokens.clear();
  await assert.rejects(send(api), (failure) => failure instanceof Refused && failure.status === 401);
  assert.equal(asked, 3);
});

test("a change of one version is sent once where nothing answers", async () => {
  server.fault = () => "drop";
  const api = new Api({ url: server.url, token: "good" });
  await assert.rejects(api.put("/v1/messages/{message_id}", { path: { message_id: "m1" }, body: { text: "New" }, ifMatch: 1 }), Unreachable);
  assert.equal(server.asked.length, 1);
});

test("a refusal says its code, and is not tried again", async () => {
  const api = new Api({ url: server.url, token: "good" });
  await assert.rejects(send(api, "forbidden"), (failure) => failure instanceof Refused && failure.status === 422 && failure.code === "refused_by_filter" && failure.requestId === "r1");
  assert.equal(server.asked.length, 1);
});

test("names in paths are escaped, and what is not an answer of Parley is a refusal as well", async () => {
  const api = new Api({ url: `${server.url}/`, token: "good" });
  server.fault = () => ({ status: 404, body: { message: "Not Found" } });
  await assert.rejects(api.get("/v1/users/{user_id}", { path: { user_id: "a/b c" } }), (failure) => failure instanceof Refused && failure.code === "http_404" && failure.message === "Not Found");
  assert.equal(server.asked[0]?.path, "/v1/users/a%2Fb%20c");
});

test("a request that its caller gives up ends at once", async () => {
  server.fault = () => problem(503, "unavailable", {}, { "Retry-After": "30" });
  const ending = new AbortController();
  setTimeout(() => ending.abort(new Error("enough")), 50);
  await assert.rejects(new Api({ url: server.url, token: "good" }).get("/v1/unread", { signal: ending.signal }), /enough/);
});

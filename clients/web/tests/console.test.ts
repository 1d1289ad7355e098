import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { Refused } from "@parley/client";
import written from "../../../docs/openapi.json";
import { customOf, declaredKeys } from "../src/console/conversations/declared.js";
import { figureOf, scaleOf, type Day } from "../src/console/overview/usage.js";
import { violationOf } from "../src/console/parts/violations.js";
import { hrefOf, routeOf } from "../src/console/routing.js";
import { piecesOf } from "../src/console/search/highlights.js";
import { keyOf, tenantOf } from "../src/console/session.js";
import { changesOf, formOf } from "../src/console/settings/fields.js";
import { contractOf, resolved, typeOf } from "../src/console/tryout/document.js";
import { curlOf, requestOf } from "../src/console/tryout/request.js";

const contract = contractOf(written as unknown as Parameters<typeof contractOf>[0]);
const operation = (id: string) => contract.operations.find((each) => each.id === id) ?? assert.fail(id);

test("an address comes back as the view that it names, whatever its parts hold", () => {
  for (const part of ["ada", "a/b?c#d", "50%", "عمر", "a b"]) {
    const { path, query } = routeOf(hrefOf(["users", part], { cursor: "=+&", none: null }));
    assert.deepEqual([path, query.get("cursor"), query.has("none")], [["users", part], "=+&", false]);
  }
  assert.deepEqual(routeOf("#/users/%E0%A4%A").path, ["users", "%E0%A4%A"]);
});

test("declared keys are asked for by number, range, truth and text, and what is no number goes as it was written", () => {
  const keys = declaredKeys(["priority:number", "urgent:boolean", "stage:text"]);
  const asked = (said: Record<string, string>) => JSON.parse(customOf(keys, (field) => said[field.slice("key.".length)] ?? null) ?? "null") as unknown;
  assert.deepEqual(asked({}), null);
  assert.deepEqual(asked({ priority: " -2.5 ", urgent: "false", stage: "true" }), { priority: -2.5, urgent: false, stage: "true" });
  assert.deepEqual([asked({ priority: "2..5" }), asked({ priority: "2.." }), asked({ priority: "..-1" })], [{ priority: { gte: 2, lte: 5 } }, { priority: { gte: 2 } }, { priority: { lte: -1 } }]);
  for (const wrong of ["..", "1..2..3", "much", "1..x"]) assert.deepEqual(asked({ priority: wrong }), { priority: wrong });
  assert.deepEqual(declaredKeys(null), []);
});

test("figures add up, or are the greatest, or the last", () => {
  const days = [3, 9, 4].map((messages, place) => ({ day: `2026-11-0${place + 1}`, messages }) as Day);
  assert.deepEqual([figureOf(days, "messages", "all"), figureOf(days, "messages", "most"), figureOf(days, "messages", "last")], [16, 9, 4]);
  assert.equal(figureOf([], "messages", "most"), 0);
});

test("a scale is round and holds every bar", () => {
  assert.deepEqual([[0], [1], [2, 3], [57], [100], [101], [5_000_001]].map(scaleOf), [1, 1, 5, 100, 100, 200, 10_000_000]);
});

test("a token names its key, and the key its tenant", () => {
  const head = (claims: object) => `${Buffer.from(JSON.stringify(claims)).toString("base64url")}.e30.x`;
  assert.equal(keyOf(head({ kid: "acme.main" })), "acme.main");
  assert.equal(tenantOf(head({ kid: "acme-eu.0>~?" })), "acme-eu");
  assert.deepEqual(["", "no token", head({ kid: 1 }), head({ kid: "plain" })].map(tenantOf), [undefined, undefined, undefined, undefined]);
});

test("found words are marked, and what is escaped is text again", () => {
  assert.deepEqual(piecesOf("a &lt;b&gt; <em>fish &amp; chips</em>&#x27;s"), [
    { text: "a <b> ", found: false },
    { text: "fish & chips", found: true },
    { text: "'s", found: false },
  ]);
  assert.deepEqual(piecesOf("&amp;lt;script&gt;"), [{ text: "&lt;script>", found: false }]);
});

test("a refusal is said beside the field that it is about", () => {
  const errors = [{ pointer: "/settings/text_limit", code: "less_than_equal", detail: "too much" }, { pointer: "/events/0", code: "literal_error", detail: "no event" }];
  const failure = new Refused(422, { errors } as never, 0);
  assert.equal(violationOf(failure, "/settings/text_limit"), "too much");
  assert.equal(violationOf(failure, "/events"), "no event");
  assert.equal(violationOf(failure, "/event"), undefined);
  assert.equal(violationOf(new Error("x"), "/events"), undefined);
});

test("settings that were changed are sent, and no others", () => {
  const settings = { ...written.paths["/v1/tenants/{tenant_id}"].get.responses[200].content["application/json"].example.settings, languages: ["en", "de"] } as never;
  const form = formOf(settings);
  assert.deepEqual(changesOf(settings, form), {});
  assert.deepEqual(changesOf(settings, { ...form, text_limit: "500", edit_window_seconds: "60", languages: "", media_types: "image/png, image/jpeg", hide_receipts: true }), {
    text_limit: 500,
    edit_window_seconds: 60,
    languages: null,
    media_types: ["image/png", "image/jpeg"],
    hide_receipts: true,
  });
  assert.deepEqual(changesOf(settings, { ...form, text_limit: "-5" }), { text_limit: "-5" });
});

test("the try-out has what a server token may send, and nothing of the operator's", () => {
  const paths = contract.operations.map(({ path }) => path);
  assert.ok(paths.includes("/v1/webhooks") && paths.includes("/v1/messages"));
  assert.deepEqual(paths.filter((path) => path.startsWith("/v1/admin/")), []);
  for (const { id, parameters, body } of contract.operations) {
    assert.ok(parameters.every((each) => each.name && each.in && typeOf(each.schema)), id);
    if (body) assert.ok(body.example !== undefined && Object.keys(resolved(body.schema, contract.schemas).properties ?? {}).length > 0, id);
  }
});

test("a request has what was filled in, encoded, and leaves out what was not", () => {
  const values = { user_id: "a b/c", "X-Acting-User": "", "If-Match": '"3"', messages: "remove" };
  const request = requestOf("https://api.example.com/stage/", operation("delete_user"), { values, body: "" });
  assert.deepEqual(request, {
    method: "DELETE",
    url: "https://api.example.com/stage/v1/users/a%20b%2Fc?messages=remove",
    headers: { "If-Match": '"3"' },
    body: undefined,
  });
});

test("a shell reads the line as the request is, whatever it holds", () => {
  const body = `{"text": "It's $HOME \`id\` \\\\ \\"quoted\\""}`;
  const request = requestOf("https://api.example.com", operation("send_message"), { values: { "X-Acting-User": "ada" }, body });
  const show = `curl() { for each in "$@"; do printf '%s\\0' "$each"; done; }; PARLEY_TOKEN=secret; ${curlOf(request)}`;
  const { stdout } = spawnSync("sh", ["-c", show], { encoding: "utf8" });
  assert.deepEqual(stdout.split("\0").slice(0, -1), [
    "-sS",
    "-X",
    "POST",
    "https://api.example.com/v1/messages",
    "-H",
    "Authorization: Bearer secret",
    "-H",
    "X-Acting-User: ada",
    "-H",
    "Content-Type: application/json",
    "-d",
    body,
  ]);
});

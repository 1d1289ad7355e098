import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Api, memoryStorage, UploadFailed, Uploads } from "@parley/client";
import { problem, Server, until } from "./server.js";

let server: Server;
beforeEach(async () => void (server = await new Server().start()));
afterEach(() => server.stop());

const file = new File(["0123456789".repeat(10) + "end"], "film.mp4", { type: "video/mp4", lastModified: 1 });
const api = () => new Api({ url: server.url, token: "good" });
const stored = () => new Blob([...server.parts].sort(([one], [other]) => one - other).map(([, bytes]) => bytes as BlobPart)).text();

test("a file arrives whole though the store fails, with progress to its end", async () => {
  let failed = 0;
  server.fault = (_, path) => (path.startsWith("/s3/") && failed++ < 3 ? (failed === 1 ? "drop" : problem(503, "slow_down")) : undefined);
  const steps: number[] = [];
  const storage = memoryStorage();
  const upload = await new Uploads(api(), storage).upload(file, { onProgress: (done) => steps.push(done) });
  assert.equal((await upload.done).status, "ready");
  assert.equal(await stored(), await file.text());
  assert.deepEqual(steps, [...steps].sort((one, other) => one - other));
  assert.equal(steps.at(-1), file.size);
  assert.deepEqual(await storage.keys(""), []);
});

test("a paused upload goes on where it was", async () => {
  let paused = false;
  const onProgress = (done: number) => {
    if (done !== 30 || paused) return;
    paused = true;
    upload.pause();
  };
  const upload = await new Uploads(api(), memoryStorage()).upload(file, { workers: 1, onProgress });
  await until(() => server.parts.size >= 3);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const arrived = server.parts.size;
  assert.ok(arrived < 11, `${arrived} parts`);
  upload.resume();
  await upload.done;
  assert.equal(await stored(), await file.text());
  assert.ok(server.asked.filter((each) => each.path.startsWith("/s3/")).length <= 12);
});

test("after a restart only what is missing is sent, and of the same file only", async () => {
  const storage = memoryStorage();
  const first = await new Uploads(api(), storage).upload(file, { workers: 1, onProgress: (done) => done === 50 && first?.pause() });
  await until(() => server.parts.size >= 5);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const before = server.asked.length;
  const uploads = new Uploads(api(), storage);
  const [started] = await uploads.unfinished();
  assert.ok(started);
  const other = uploads.resume(started, new File(["other"], "film.mp4", { lastModified: 1 }));
  await assert.rejects(other.done, (failure) => failure instanceof UploadFailed && failure.code === "file_changed");
  const missing = 11 - server.parts.size;
  await uploads.resume(started, file).done;
  assert.equal(server.asked.slice(before).filter((each) => each.path.startsWith("/s3/")).length, missing);
  assert.equal(await stored(), await file.text());
});

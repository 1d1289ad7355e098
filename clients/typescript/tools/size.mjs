// Prints what the package weighs in a page, minified and gzipped, and fails above its limits.
import { build } from "esbuild";
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";

const resolveDir = fileURLToPath(new URL("../", import.meta.url));
const weigh = async (contents) => {
  const made = await build({ stdin: { contents, resolveDir }, bundle: true, minify: true, format: "esm", target: "es2022", write: false });
  return gzipSync(made.outputFiles[0].contents, { level: 9 }).length / 1000;
};
const rows = [
  ["@parley/client, whole", await weigh('export * from "./src/index.ts"'), 25],
  ["@parley/client, send and receive", await weigh('export { Api, Events, Outbox, memoryStorage } from "./src/index.ts"'), 8],
];
for (const [name, size, limit] of rows) console.log(`${name.padEnd(36)} ${size.toFixed(1).padStart(6)} KB  (limit ${limit})`);
// As they are published, bundled by esbuild.
for (const [name, size] of [["Stream", 113], ["Sendbird", 131], ["PubNub", 56], ["Twilio", 144]]) console.log(`${name.padEnd(36)} ${size.toFixed(1).padStart(6)} KB`);
if (rows.some(([, size, limit]) => size > limit)) process.exit(1);

// Bundles tests/*.test.ts, and those of ../react, each for a page, serves them and prints the address, until its input ends: a browser
// at ADDRESS/chat.test runs that file, and its `window.results` comes to what became of each test. Named are the headers that a page may send, and read.
import { build } from "esbuild";
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [requestHeaders, responseHeaders] = process.argv.slice(2);
const client = fileURLToPath(new URL("../", import.meta.url));
const tests = join(client, "tests");
const inPage = (name) => join(tests, "in_page", name);
const out = mkdtempSync(join(tmpdir(), "parley-ts-"));
process.on("exit", () => rmSync(out, { recursive: true, force: true }));
symlinkSync(join(client, "../../node_modules"), join(out, "node_modules"));
const files = [tests, join(client, "../react/tests")].flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => /\.test\.tsx?$/.test(file) && !file.startsWith("stack"))
    .map((file) => join(folder, file)),
);
const common = { bundle: true, sourcemap: "inline", logLevel: "warning", target: "es2022" };
const page = {
  name: "page",
  setup(building) {
    // A page listens through the process that serves it, and has an IndexedDB of its own.
    building.onResolve({ filter: /^\.\/wire\.js$/ }, () => ({ path: inPage("wire.ts") }));
    building.onResolve({ filter: /^fake-indexeddb\/auto$/ }, ({ path }) => ({ path, namespace: "own", sideEffects: true }));
    building.onLoad({ filter: /./, namespace: "own" }, () => ({ contents: "" }));
  },
};
await build({
  ...common,
  entryPoints: Object.fromEntries(files.map((file) => [basename(file).replace(/\.tsx?$/, ""), file])),
  outdir: join(out, "pages"),
  format: "iife",
  jsx: "automatic",
  alias: {
    "@parley/client": join(client, "src/index.ts"),
    "@parley/react": join(client, "../react/src/index.ts"),
    "node:assert/strict": inPage("assert.ts"),
    "node:test": inPage("test.ts"),
    ws: inPage("ws.ts"),
  },
  plugins: [page],
});
await build({ ...common, entryPoints: [inPage("listener.ts")], outfile: join(out, "listener.mjs"), platform: "node", format: "esm", packages: "external" });
const { serve } = await import(pathToFileURL(join(out, "listener.mjs")).href);
console.log(await serve(join(out, "pages"), { requestHeaders, responseHeaders }));
process.stdin.on("end", () => process.exit()).resume();

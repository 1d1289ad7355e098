// Runs tests/*.test.ts, or those named, with Node's own runner; with `--in ../react`, those of that folder.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const client = fileURLToPath(new URL("../", import.meta.url));
const named = process.argv.slice(2);
const here = named[0] === "--in" ? join(client, named.splice(0, 2)[1]) : client;
const files = readdirSync(join(here, "tests")).filter((file) => /\.test\.tsx?$/.test(file) && (named.length ? named.includes(file) : !file.startsWith("stack")));
const out = mkdtempSync(join(tmpdir(), "parley-ts-"));
try {
  symlinkSync(join(here, "../../node_modules"), join(out, "node_modules"));
  // What must stand before any package is read, such as a document before React.
  const before = existsSync(join(here, "tests/before.ts")) ? ["before.ts"] : [];
  await build({
    entryPoints: [...before, ...files].map((file) => join(here, "tests", file)),
    outdir: out,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    jsx: "automatic",
    alias: { "@parley/client": join(client, "src/index.ts"), "@parley/react": join(client, "../react/src/index.ts") },
    outExtension: { ".js": ".mjs" },
    sourcemap: "inline",
    logLevel: "warning",
  });
  const made = files.map((file) => join(out, file.replace(/\.tsx?$/, ".mjs")));
  const done = spawnSync(process.execPath, ["--enable-source-maps", "--test", "--test-timeout=60000", ...before.flatMap(() => ["--import", join(out, "before.mjs")]), ...made], { stdio: "inherit" });
  process.exitCode = done.status ?? 1;
} finally {
  rmSync(out, { recursive: true });
}

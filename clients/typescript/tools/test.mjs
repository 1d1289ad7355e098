// Runs tests/*.test.ts, or those named, with Node's own runner.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL("../", import.meta.url));
const named = process.argv.slice(2);
const files = readdirSync(join(here, "tests")).filter((file) => /\.test\.ts$/.test(file) && (named.length ? named.includes(file) : !file.startsWith("stack")));
const out = mkdtempSync(join(tmpdir(), "parley-ts-"));
try {
  symlinkSync(join(here, "../../node_modules"), join(out, "node_modules"));
  await build({
    entryPoints: files.map((file) => join(here, "tests", file)),
    outdir: out,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    alias: { "@parley/client": join(here, "src/index.ts") },
    outExtension: { ".js": ".mjs" },
    sourcemap: "inline",
    logLevel: "warning",
  });
  const made = files.map((file) => join(out, basename(file, ".ts") + ".mjs"));
  const done = spawnSync(process.execPath, ["--enable-source-maps", "--test", "--test-timeout=30000", ...made], { stdio: "inherit" });
  process.exitCode = done.status ?? 1;
} finally {
  rmSync(out, { recursive: true });
}

// Runs tests/overhead.ts: what the client adds to bare requests and frames, as JSON.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const client = fileURLToPath(new URL("../", import.meta.url));
const out = mkdtempSync(join(tmpdir(), "parley-ts-"));
try {
  symlinkSync(join(client, "../../node_modules"), join(out, "node_modules"));
  const outfile = join(out, "overhead.mjs");
  await build({ entryPoints: [join(client, "tests/overhead.ts")], outfile, bundle: true, platform: "node", format: "esm", packages: "external", alias: { "@parley/client": join(client, "src/index.ts") }, logLevel: "warning" });
  process.exitCode = spawnSync(process.execPath, [outfile], { stdio: "inherit" }).status ?? 1;
} finally {
  rmSync(out, { recursive: true });
}

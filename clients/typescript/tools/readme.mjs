// Runs the code of README.md as it is written, and ends once nothing more is printed.
import { build } from "esbuild";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = fileURLToPath(new URL("../", import.meta.url));
const out = mkdtempSync(join(tmpdir(), "parley-readme-"));
try {
  symlinkSync(join(here, "../../node_modules"), join(out, "node_modules"));
  globalThis.WebSocket ??= (await import("ws")).WebSocket;
  const codes = [...readFileSync(join(here, "README.md"), "utf8").matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code);
  for (const [number, code] of codes.entries()) {
    const made = join(out, `${number}.mjs`);
    writeFileSync(join(out, `${number}.ts`), code);
    await build({ entryPoints: [join(out, `${number}.ts`)], outfile: made, bundle: true, platform: "node", format: "esm", alias: { "@parley/client": join(here, "src/index.ts") }, logLevel: "warning" });
    await import(pathToFileURL(made).href);
  }
  await new Promise((resolve) => setTimeout(resolve, 2000));
} finally {
  rmSync(out, { recursive: true });
}
process.exit(0);

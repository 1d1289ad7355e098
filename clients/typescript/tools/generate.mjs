// Writes the types of the contract: src/generated/, from docs/openapi.json and docs/asyncapi.json.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const out = process.argv[2] ?? join(root, "clients/typescript/src/generated");
const tool = join(root, "node_modules/.bin/openapi-typescript");
const folder = mkdtempSync(join(tmpdir(), "parley-types-"));
// Examples would be a third of the file.
const read = (document) => JSON.parse(readFileSync(join(root, document), "utf8"), function (name, value) {
  return name === "example" || (name === "examples" && Array.isArray(value)) ? undefined : value;
});
try {
  // The schemas of both documents are of the same kind; the tool reads those of OpenAPI.
  const { info, components } = read("docs/asyncapi.json");
  const schemas = join(folder, "asyncapi.json");
  writeFileSync(schemas, JSON.stringify({ openapi: "3.1.0", info, paths: {}, components: { schemas: components.schemas } }));
  const contract = join(folder, "openapi.json");
  writeFileSync(contract, JSON.stringify(read("docs/openapi.json")));
  // What has a default may be left out of a request.
  for (const [from, to] of [[contract, "openapi.ts"], [schemas, "asyncapi.ts"]])
    execFileSync(tool, [from, "--default-non-nullable", "false", "-o", join(out, to)], { stdio: ["ignore", "ignore", "inherit"] });
} finally {
  rmSync(folder, { recursive: true });
}

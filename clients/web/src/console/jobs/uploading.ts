import type { Api, components } from "@parley/client";

export type Import = components["schemas"]["Import"];

/** Puts the file where the import says, a large one in parts, and has it checked. What has arrived already may come again. */
export async function upload(api: Api, begun: Import, file: File): Promise<Import> {
  if (begun.upload) await put(begun.upload.url, file);
  let start = 0;
  for (const { url, size } of begun.upload_parts) {
    await put(url, file.slice(start, start + size));
    start += size;
  }
  return api.post("/v1/imports/{import_id}/check", { path: { import_id: begun.id } });
}

async function put(url: string, body: Blob): Promise<void> {
  const answer = await fetch(url, { method: "PUT", body });
  if (!answer.ok) throw new Error(`PUT ${answer.status}`);
}

import type { components } from "@parley/client";

export type Attachment = components["schemas"]["Attachment"];
export type Kind = "image" | "video" | "audio" | "file" | "gone";

/** How an attachment is shown. A picture without a thumbnail, which is not safe or not possible to show, is a file. */
export function kindOf({ status, content_type, thumbnails }: Attachment): Kind {
  if (status) return "gone";
  const kind = content_type?.split("/")[0];
  if (kind === "image") return thumbnails.length ? "image" : "file";
  return kind === "video" || kind === "audio" ? kind : "file";
}

import type { Message } from "@parley/client";
import { useCallback } from "react";
import { useSession } from "../session/session";

/** Adds the caller's reaction, or takes it back where it is there. */
export function useReact(message: Pick<Message, "id" | "reactions">) {
  const { api, chat } = useSession();
  const { id, reactions } = message;
  return useCallback(
    (reaction: string) => {
      const path = { message_id: id };
      const done: Promise<unknown> = reactions[reaction]?.mine
        ? api.delete("/v1/messages/{message_id}/reactions/{reaction}", { path: { ...path, reaction } })
        : api.post("/v1/messages/{message_id}/reactions", { path, body: { reaction } });
      done.catch(chat.failed);
    },
    [api, chat, id, reactions],
  );
}

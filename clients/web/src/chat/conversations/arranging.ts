import type { Conversation } from "@parley/client";
import { useConversations } from "@parley/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useEvents, useSession } from "../session/session";

/** Which conversations the list shows: the usual ones, those that the user keeps out of it, or those with a label. */
export type Filter = "usual" | "archived" | "hidden" | `label:${string}`;

const PAGE = 100;
const MOST = 500;
/** Milliseconds; what happens in quick succession is read together. */
const READ_AFTER = 300;
const CHANGES = /^(message\.(created|updated|deleted)|member\.updated|read\.updated|conversation\.updated)$/;
const byName = new Intl.Collator(undefined, { sensitivity: "base" });

/** The labels that the user has given, in the order of the alphabet. */
export function useLabels(): readonly string[] {
  const conversations = useConversations();
  return useMemo(() => [...new Set(conversations.flatMap((each) => each.settings.labels))].sort(byName.compare), [conversations]);
}

/** The conversations that a filter shows: undefined until they are read. */
export function useFiltered(filter: Filter): readonly Conversation[] | undefined {
  const usual = useConversations();
  const out = useOutOfList(filter === "archived" || filter === "hidden" ? filter : undefined);
  return useMemo(() => {
    if (filter === "archived" || filter === "hidden") return out;
    return filter === "usual" ? usual : usual.filter((each) => each.settings.labels.includes(filter.slice("label:".length)));
  }, [filter, usual, out]);
}

/** What the user has archived or hidden, as the server says; read anew when something happens there. */
function useOutOfList(which: "archived" | "hidden" | undefined): readonly Conversation[] | undefined {
  const { api, chat } = useSession();
  const [found, setFound] = useState<{ which: string; rows: readonly Conversation[] }>();
  const [changes, setChanges] = useState(0);
  const rows = useRef<readonly Conversation[]>([]);
  rows.current = found?.rows ?? [];
  useEvents(
    useCallback(
      ({ type, conversation_id: id }) => {
        // What has just come into the usual list was among these before.
        const concerns = type === "member.updated" || !chat.store.conversation(id ?? "") || rows.current.some((each) => each.id === id);
        if (CHANGES.test(type) && concerns) setChanges((count) => count + 1);
      },
      [chat],
    ),
  );
  useEffect(() => {
    if (!which) return setFound(undefined);
    let shown = true;
    const read = async () => {
      const all: Conversation[] = [];
      for (let cursor: string | null | undefined; cursor !== null && all.length < MOST; ) {
        const query = { limit: PAGE, ...(which === "archived" ? { archived_for_me: true } : { hidden: true }), ...(cursor ? { cursor } : {}) };
        const page: { data: Conversation[]; next_cursor: string | null } = await api.get("/v1/conversations", { query });
        all.push(...page.data);
        cursor = page.next_cursor;
      }
      if (shown) setFound({ which, rows: all });
    };
    const timer = setTimeout(() => read().catch(chat.failed), changes ? READ_AFTER : 0);
    return () => {
      shown = false;
      clearTimeout(timer);
    };
  }, [api, chat, which, changes]);
  return found?.which === which ? found?.rows : undefined;
}

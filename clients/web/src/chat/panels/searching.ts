import { Refused, type Api, type components } from "@parley/client";
import { useCallback, useEffect, useState } from "react";
import { useEvents, useSession } from "../session/session";

type Hits = components["schemas"]["MessageHits"];
export type Hit = components["schemas"]["MessageHit"];

export interface Results {
  readonly hits: readonly Hit[];
  readonly total: Hits["total"];
  readonly suggestion: string | null;
  readonly cursor: string | null;
}

/** Where is searched, and for messages of which type. */
interface Narrowed {
  conversation?: string | undefined;
  type?: string | undefined;
}

const LATER = 200;
const PAGE = 20;

async function ask(api: Api, q: string, { conversation, type }: Narrowed, cursor: string | undefined, signal: AbortSignal): Promise<Results> {
  const query = { q, limit: PAGE, total: true, ...(conversation ? { conversation_id: conversation } : {}), ...(type ? { message_type: type } : {}), ...(cursor ? { cursor } : {}) };
  const found = await api.get("/v1/search/messages", { query, signal, attempts: 2 });
  return { hits: found.data, total: found.total, suggestion: found.did_you_mean, cursor: found.next_cursor };
}

/** What is found for a query as it is typed. A hit that is deleted or edited meanwhile is shown as it is now, or no more. */
export function useSearch(query: string, { conversation, type }: Narrowed) {
  const { api, chat } = useSession();
  const [results, setResults] = useState<Results>();
  const [problem, setProblem] = useState<"query" | "other">();
  const [changes, setChanges] = useState(0);
  const q = query.trim();
  useEffect(() => {
    setProblem(undefined);
    if (!q) return setResults(undefined);
    const ending = new AbortController();
    const timer = setTimeout(() => {
      ask(api, q, { conversation, type }, undefined, ending.signal).then(setResults, (failure: unknown) => {
        if (ending.signal.aborted) return;
        setResults(undefined);
        setProblem(failure instanceof Refused && failure.status < 429 ? "query" : "other");
        if (!(failure instanceof Refused && failure.status < 429)) chat.failed(failure);
      });
    }, LATER);
    return () => {
      clearTimeout(timer);
      ending.abort();
    };
  }, [api, chat, q, conversation, type, changes]);
  useEvents(
    useCallback((event) => {
      if (event.type === "message.deleted") setResults((now) => now && without(now, event.entity_id));
      else if (event.type === "message.updated") setChanges((count) => count + 1);
    }, []),
  );
  const more = useCallback(async () => {
    if (!results?.cursor) return;
    const next = await ask(api, q, { conversation, type }, results.cursor, new AbortController().signal);
    setResults((now) => now && { ...next, hits: [...now.hits, ...next.hits] });
  }, [api, q, conversation, type, results?.cursor]);
  return { results, problem, more };
}

function without(results: Results, id: string): Results {
  const hits = results.hits.filter((each) => each.message.id !== id);
  const gone = results.hits.length - hits.length;
  return gone ? { ...results, hits, total: results.total && { ...results.total, value: results.total.value - gone } } : results;
}

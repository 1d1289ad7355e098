import type { DependencyList, ReactNode } from "react";
import { useRoute, withQuery } from "../routing.js";
import { useWords } from "../words/words.js";
import { Problem } from "./problem.js";
import { useResource, type Resource } from "./resource.js";

export interface Page<T> {
  data: readonly T[];
  next_cursor: string | null;
  prev_cursor: string | null;
}

/** What is read, in the state that it is in. */
export function Shown<T>({ of, children }: { of: Resource<T>; children: (value: T) => ReactNode }) {
  if (of.state === "loading") return <Loading />;
  if (of.state === "failed") return <Problem failure={of.failure} onRetry={of.reload} />;
  return children(of.value);
}

export function Loading() {
  const words = useWords();
  return (
    <div className="loading" role="status">
      <span className="unseen">{words.common.loading}</span>
      <span className="bone" />
      <span className="bone" />
      <span className="bone" />
    </div>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <p className="empty">{children}</p>;
}

/** A list in pages. The cursor is in the view's address, so that going back goes back. */
export function usePage<T>(load: (cursor: string | null, signal: AbortSignal) => Promise<Page<T>>, about: DependencyList): Resource<Page<T>> {
  const cursor = useRoute().query.get("cursor");
  return useResource((signal) => load(cursor, signal), [...about, cursor]);
}

interface Paged<T> {
  of: Resource<Page<T>>;
  empty: ReactNode;
  children: (rows: readonly T[]) => ReactNode;
}

export function Paged<T>({ of, empty, children }: Paged<T>) {
  return (
    <Shown of={of}>
      {(page) => (
        <>
          {page.data.length > 0 ? children(page.data) : <Empty>{empty}</Empty>}
          <Pager page={page} />
        </>
      )}
    </Shown>
  );
}

function Pager({ page }: { page: Page<unknown> }) {
  const words = useWords();
  const route = useRoute();
  if (!page.next_cursor && !page.prev_cursor) return null;
  return (
    <nav className="pager" aria-label={words.common.pages}>
      {page.prev_cursor ? <a href={withQuery(route, { cursor: page.prev_cursor })}>{words.common.previous}</a> : <span />}
      {page.next_cursor && <a href={withQuery(route, { cursor: page.next_cursor })}>{words.common.next}</a>}
    </nav>
  );
}

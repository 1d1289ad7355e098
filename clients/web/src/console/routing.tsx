import { useMemo, useSyncExternalStore, type ComponentProps } from "react";

/** Where the console is: the parts of the hash's path, and its query. `#/users/ada?tab=devices` is a view of its own. */
export interface Route {
  path: readonly string[];
  query: URLSearchParams;
}

type Query = Record<string, string | null | undefined>;

export function hrefOf(path: readonly string[], query: Query = {}): string {
  const said = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) said.set(name, value);
  const search = said.toString();
  return `#/${path.map(encodeURIComponent).join("/")}${search ? `?${search}` : ""}`;
}

export function go(path: readonly string[], query: Query = {}): void {
  location.hash = hrefOf(path, query);
}

/** The same view with other words in its query; the cursor of a page that is left goes. */
export function withQuery(route: Route, changes: Query): string {
  const query: Query = Object.fromEntries(route.query);
  return hrefOf(route.path, { ...query, ...changes });
}

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return useMemo(() => routeOf(hash), [hash]);
}

export function routeOf(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  return { path: path.split("/").filter(Boolean).map(decoded), query: new URLSearchParams(query) };
}

/** An address that somebody cut short is shown as it is, rather than breaking the page. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function Link({ to, query = {}, ...rest }: { to: readonly string[]; query?: Query } & Omit<ComponentProps<"a">, "href">) {
  return <a href={hrefOf(to, query)} {...rest} />;
}

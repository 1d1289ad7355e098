import { Api, type TokenSource } from "@parley/client";
import { createContext, useContext } from "react";

/** Who is signed in, and how to ask Parley. */
export interface Session {
  url: string;
  tenant: string;
  /** As the tenant's back end. */
  api: Api;
  /** As the tenant's back end, for a user: what is a user's own is read and changed that way. */
  as(user: string): Api;
  /** A request that is shown as it went, refused or not. */
  token(): Promise<string>;
  /** Absent where the page's own server signs in. */
  signOut?: () => void;
}

const Context = createContext<Session | undefined>(undefined);
export const SessionProvider = Context.Provider;

export function useSession(): Session {
  const session = useContext(Context);
  if (!session) throw new Error("Nobody is signed in");
  return session;
}

interface Demo {
  api: string;
  tenant: string;
}

/** A session by the page's own server, which the local stack has; null where there is none. */
export async function demoSession(): Promise<Session | null> {
  const answer = await fetch("/demo/config.json").catch(() => null);
  if (!answer?.ok || !answer.headers.get("Content-Type")?.includes("json")) return null;
  const demo = (await answer.json()) as Demo;
  return sessionOf(demo.api, demo.tenant, () => demoToken);
}

async function demoToken(): Promise<string> {
  const answer = await fetch("/demo/console-tokens", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" });
  if (!answer.ok) throw new Error(`The page's server answered ${answer.status}`);
  return ((await answer.json()) as { token: string }).token;
}

/** What a person pasted. It is kept for this tab alone. */
export interface Pasted {
  url: string;
  token: string;
}

const KEY = "parley-console-token";

export function keptSignIn(): Pasted | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Pasted | null;
  } catch {
    return null;
  }
}

export function keepSignIn(pasted: Pasted | null): void {
  if (pasted) sessionStorage.setItem(KEY, JSON.stringify(pasted));
  else sessionStorage.removeItem(KEY);
}

/** The key that signed a token, which its header names. Undefined for what is no token. */
export function keyOf(token: string): string | undefined {
  try {
    const head = token.split(".")[0] ?? "";
    const { kid } = JSON.parse(atob(head.replaceAll("-", "+").replaceAll("_", "/"))) as { kid?: unknown };
    return typeof kid === "string" ? kid : undefined;
  } catch {
    return undefined;
  }
}

/** The tenant whose key signed a token: a key's name begins with it. */
export function tenantOf(token: string): string | undefined {
  const kid = keyOf(token);
  return kid?.includes(".") ? kid.slice(0, kid.indexOf(".")) : undefined;
}

/** A session of a pasted token. Once Parley refuses the token, `onRefused` is called: there is no other to go on with. */
export function pastedSession({ url, token }: Pasted, onRefused: () => void, signOut: () => void): Session | null {
  const tenant = tenantOf(token);
  if (!tenant) return null;
  return { ...sessionOf(url, tenant, () => once(token, onRefused)), signOut };
}

/** The client asks again where a token was refused. */
function once(token: string, onRefused: () => void): () => string {
  let given = false;
  return () => {
    if (given) onRefused();
    given = true;
    return token;
  };
}

function sessionOf(url: string, tenant: string, source: () => Exclude<TokenSource, string>): Session {
  const api = new Api({ url, token: source() });
  const acting = new Map<string, Api>();
  return {
    url,
    tenant,
    api,
    as(user) {
      const kept = acting.get(user) ?? new Api({ url, token: source(), actingUser: user });
      acting.set(user, kept);
      return kept;
    },
    token: () => api.token(),
  };
}

import type { Operation } from "./document.js";

/** What was filled in: parameters by name, and the body's text. */
export interface Filled {
  values: Record<string, string>;
  body: string;
}

export interface Request {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | undefined;
}

/** The request as it goes, but for the token. What was left empty is left out. */
export function requestOf(base: string, operation: Operation, { values, body }: Filled): Request {
  const of = (place: string) => operation.parameters.filter((each) => each.in === place && values[each.name]);
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ""));
  const query = new URLSearchParams(of("query").map(({ name }) => [name, values[name] ?? ""])).toString();
  const sent = operation.body && body.trim() ? body : undefined;
  return {
    method: operation.method,
    url: base.replace(/\/+$/, "") + path + (query ? `?${query}` : ""),
    headers: {
      ...Object.fromEntries(of("header").map(({ name }) => [name, values[name] ?? ""])),
      ...(sent === undefined ? {} : { "Content-Type": "application/json" }),
    },
    body: sent,
  };
}

/** A line for a shell, with the token in a variable: a secret does not belong into what is copied about. */
export function curlOf({ method, url, headers, body }: Request): string {
  const lines = [`curl -sS${method === "GET" ? "" : ` -X ${method}`} ${quoted(url)}`, `-H "Authorization: Bearer $PARLEY_TOKEN"`];
  for (const [name, value] of Object.entries(headers)) lines.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (body !== undefined) lines.push(`-d ${quoted(body)}`);
  return lines.join(" \\\n  ");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

export interface Answered {
  status: number;
  reason: string;
  milliseconds: number;
  headers: readonly (readonly [string, string])[];
  /** JSON as it is indented, another text as it is, null for what is no text. */
  text: string | null;
  type: string;
}

/** Sends it once, and shows what came, refused or not. */
export async function send({ method, url, headers, body }: Request, token: string): Promise<Answered> {
  const begun = performance.now();
  const answer = await fetch(url, { method, headers: { ...headers, Authorization: `Bearer ${token}` }, ...(body === undefined ? {} : { body }) });
  const type = answer.headers.get("Content-Type") ?? "";
  const text = /json|text/.test(type) || !type ? await answer.text() : null;
  return {
    status: answer.status,
    reason: answer.statusText,
    milliseconds: Math.round(performance.now() - begun),
    headers: [...answer.headers],
    text: text === null ? null : indented(text),
    type,
  };
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

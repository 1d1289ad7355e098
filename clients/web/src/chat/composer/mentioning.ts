import type { UserGroup } from "@parley/client";

/** As many groups as a message may mention. */
export const MOST_MENTIONED = 5;
const MOST_OFFERED = 6;
const BEGUN = /(?:^|[\s(])@([a-z0-9._-]{0,40})$/i;
const MENTION = /(?<![\w@./-])@([a-z0-9][a-z0-9._-]{0,39})/gi;

type Named = Pick<UserGroup, "id" | "handle" | "name">;

/** A piece of a text, with the group that it mentions, if it does. */
export interface Piece {
  text: string;
  group?: Named;
}

/** The handle that is being written before the caret, and where its `@` stands. */
export function begunAt(text: string, caret: number): { from: number; handle: string } | undefined {
  const found = BEGUN.exec(text.slice(0, caret));
  const handle = found?.[1];
  return handle === undefined ? undefined : { from: caret - handle.length - 1, handle: handle.toLowerCase() };
}

/** The groups to offer for it, those first whose handle begins so. */
export function offered(groups: readonly UserGroup[], handle: string): UserGroup[] {
  const begins = groups.filter((each) => each.handle.startsWith(handle));
  const named = groups.filter((each) => !begins.includes(each) && each.name.toLowerCase().split(/\s+/).some((word) => word.startsWith(handle)));
  return [...begins.sort((a, b) => (a.handle < b.handle ? -1 : 1)), ...named].slice(0, MOST_OFFERED);
}

/** A text in pieces, of which those that mention one of these groups say so. A full stop after a handle is none of it. */
export function piecesOf(text: string, groups: readonly Named[]): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const found of groups.length ? text.matchAll(MENTION) : []) {
    for (let handle = found[1] ?? ""; handle; handle = /[._-]$/.test(handle) ? handle.slice(0, -1) : "") {
      const group = groups.find((each) => each.handle === handle.toLowerCase());
      if (!group) continue;
      const end = found.index + 1 + handle.length;
      if (found.index > from) pieces.push({ text: text.slice(from, found.index) });
      pieces.push({ text: text.slice(found.index, end), group });
      from = end;
      break;
    }
  }
  if (from < text.length || !pieces.length) pieces.push({ text: text.slice(from) });
  return pieces;
}

/** The ids of the groups that a text mentions, in its order. */
export function mentionedIn(text: string, groups: readonly Named[]): string[] {
  const ids = piecesOf(text, groups).flatMap(({ group }) => group?.id ?? []);
  return [...new Set(ids)].slice(0, MOST_MENTIONED);
}

import type { UserGroup } from "@parley/client";
import { useChat, useUserGroups } from "@parley/react";
import { useId, useState, type RefObject } from "react";
import { useChosen } from "./choosing";
import { begunAt, offered } from "./mentioning";

/** What a field offers for a handle that is being written, and the keys by which one is taken. */
export function useGroupOffer(field: RefObject<HTMLTextAreaElement | null>, text: string, write: (text: string) => void) {
  const { groups: store } = useChat();
  const known = useUserGroups(false);
  const id = useId();
  const [caret, setCaret] = useState<number | null>(null);
  const begun = caret === null ? undefined : begunAt(text, caret);
  const groups = begun ? offered(known, begun.handle) : [];
  const open = groups.length > 0;
  const close = () => setCaret(null);

  /** Looks for a handle before the caret, once the text has changed. */
  const look = (next: string, position: number) => {
    setCaret(position);
    first();
    if (begunAt(next, position)) store.want();
  };
  const choose = ({ handle }: UserGroup) => {
    if (!begun || caret === null) return;
    const before = `${text.slice(0, begun.from)}@${handle} `;
    write(before + text.slice(caret).trimStart());
    close();
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(before.length, before.length);
    });
  };
  const { at, first, onKey } = useChosen(groups, choose, close);
  const described = open ? ({ "aria-autocomplete": "list", "aria-controls": id, "aria-activedescendant": `${id}-${at}` } as const) : {};
  return { id, groups, at, open, look, choose, close, onKey, described, known };
}

import type { OfferedCommand } from "@parley/client";
import { useCommands } from "@parley/react";
import { useEffect, useId, useState, type RefObject } from "react";
import { useChosen } from "./choosing";

const BEGUN = /^\/([a-z0-9_-]{0,32})$/;
const WRITTEN = /^\/([a-z0-9_-]{1,32})(?:\s+([^]*))?$/;
const MOST_OFFERED = 8;

/** What a field offers while a text begins with `/`, and the command that a whole text means, if it does. */
export function useCommandOffer(conversation: string, field: RefObject<HTMLTextAreaElement | null>, text: string, write: (text: string) => void) {
  const { commands: known, want, run } = useCommands(conversation);
  const begins = text.startsWith("/");
  useEffect(() => {
    if (begins) want();
  }, [begins, want]);
  const id = useId();
  const [shown, setShown] = useState(false);
  const begun = shown ? BEGUN.exec(text)?.[1] : undefined;
  const commands = begun === undefined ? [] : known.filter((each) => each.name.startsWith(begun)).slice(0, MOST_OFFERED);
  const close = () => setShown(false);
  const choose = ({ name }: OfferedCommand) => {
    write(`/${name} `);
    close();
    requestAnimationFrame(() => field.current?.focus());
  };
  const { at, first, onKey: onListKey } = useChosen(commands, choose, close);
  const look = (next: string) => {
    setShown(BEGUN.test(next));
    first();
  };
  /** A name that is written out is run by Enter, not completed once more. */
  const onKey: typeof onListKey = (event) => (event.key !== "Enter" || commands[at]?.name !== begun) && onListKey(event);
  const meant = () => {
    const [, name, rest = ""] = WRITTEN.exec(text.trim()) ?? [];
    return name !== undefined && known.some((each) => each.name === name) ? { name, text: rest } : undefined;
  };
  const open = commands.length > 0;
  const described = open ? ({ "aria-autocomplete": "list", "aria-controls": id, "aria-activedescendant": `${id}-${at}` } as const) : {};
  return { id, commands, at, open, look, choose, close, onKey, described, meant, run };
}

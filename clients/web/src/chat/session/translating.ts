import { Refused, Store } from "@parley/client";
import { useSyncExternalStore } from "react";
import { useSession } from "./session";

/** Whether somebody translates for the tenant. A user is not told its settings, so it is so until Parley has refused. */
export class Translating extends Store<boolean> {
  constructor() {
    super(true);
  }

  /** Takes note of why a message was not translated. */
  heed(failure: unknown): void {
    if (failure instanceof Refused && failure.code === "translation_off") this.update(() => false);
  }
}

export function useTranslating(): boolean {
  const { translating } = useSession();
  return useSyncExternalStore(translating.subscribe, translating.getSnapshot);
}

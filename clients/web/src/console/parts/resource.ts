import { useCallback, useEffect, useRef, useState, type DependencyList } from "react";

/**
 * What is read: on its way, refused, or there. While it is read again the earlier value stays. What a saved form was
 * answered takes its place by `replace`: between a save and a reading, what is typed next would be lost.
 */
export type Resource<T> = Read<T> & { reload: () => void; replace: (value: T) => void };

type Read<T> = { state: "loading" } | { state: "failed"; failure: unknown } | { state: "ready"; value: T };

/** Reads when it is first shown, and again when `about` changes. An answer that comes too late is dropped. */
export function useResource<T>(load: (signal: AbortSignal) => Promise<T>, about: DependencyList): Resource<T> {
  const [read, setRead] = useState<Read<T>>({ state: "loading" });
  const [round, setRound] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  const first = useRef(about);
  useEffect(() => {
    const ending = new AbortController();
    const { signal } = ending;
    if (about.some((each, place) => each !== first.current[place])) setRead({ state: "loading" });
    first.current = about;
    latest.current(signal).then(
      (value) => signal.aborted || setRead({ state: "ready", value }),
      (failure: unknown) => signal.aborted || setRead({ state: "failed", failure }),
    );
    return () => ending.abort();
    // `about` is what the caller says the reading depends on.
  }, [...about, round]);
  const reload = useCallback(() => setRound((last) => last + 1), []);
  const replace = useCallback((value: T) => setRead({ state: "ready", value }), []);
  return { ...read, reload, replace };
}

/** One act at a time, and how it failed. */
export interface Act {
  busy: boolean;
  failure: unknown;
  /** Whether it was done. */
  run(act: () => Promise<unknown>): Promise<boolean>;
}

export function useAct(): Act {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const running = useRef(false);
  const run = useCallback(async (act: () => Promise<unknown>) => {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setFailure(undefined);
    try {
      await act();
      return true;
    } catch (refused) {
      setFailure(refused);
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  return { busy, failure, run };
}

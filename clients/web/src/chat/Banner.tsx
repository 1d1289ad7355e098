import { useChatState } from "@parley/react";
import { useEffect, useState } from "react";
import { useWords } from "./preferences";
import { useSession } from "./session/session";
import { Icon } from "./ui/Icon";
import { IconButton } from "./ui/IconButton";

/** A connection that is being made is not worth a word before this. */
const PATIENCE = 1_500;
const SHOWN = 6_000;

/** What stands between the user and the others: no network, messages that wait, and what has just failed. */
export function Banner() {
  const words = useWords();
  const { onFailure } = useSession();
  const connection = useChatState((state) => state.connection);
  const pending = useChatState((state) => state.pending);
  const [late, setLate] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const open = connection === "open";
  useEffect(() => {
    if (open) return setLate(false);
    const timer = setTimeout(() => setLate(true), navigator.onLine ? PATIENCE : 0);
    return () => clearTimeout(timer);
  }, [open, connection]);
  useEffect(() => onFailure(setFailure), [onFailure]);
  useEffect(() => {
    const timer = failure === undefined ? undefined : setTimeout(() => setFailure(undefined), SHOWN);
    return () => clearTimeout(timer);
  }, [failure]);
  const waiting = pending.filter((each) => each.status !== "failed").length;
  const state = connection === "refused" ? words.refusedBanner : navigator.onLine ? words.connectingBanner : words.offlineBanner;
  return (
    <>
      <div role="status" className="banner-place">
        {!open && late && (
          <p className="banner" data-kind="offline">
            <Icon name="warn" />
            {state} {waiting > 0 && words.waiting(waiting)}
          </p>
        )}
      </div>
      {failure !== undefined && (open || late) && (
        <p className="banner" data-kind="failure" role="alert">
          <span dir="auto">{words.failed(failure instanceof Error ? failure.message : String(failure))}</span>
          <IconButton icon="close" label={words.dismiss} onClick={() => setFailure(undefined)} />
        </p>
      )}
    </>
  );
}

import type { OwnDecision } from "@parley/client";
import { useDecisions } from "@parley/react";
import { useCallback, useEffect, useState } from "react";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { Icon } from "../ui/Icon";
import { IconButton } from "../ui/IconButton";

const NEWS_DAYS = 30;

/** Says that moderators have decided, or answered an appeal, until the user has looked at it: `open` says that they do. */
export function DecisionNotice({ open, onShow }: { open: boolean; onShow(): void }) {
  const words = useWords();
  const { userId } = useSession();
  const key = `parley-decisions ${userId}`;
  const [seen, setSeen] = useState(() => Number(localStorage.getItem(key) ?? Date.now() - NEWS_DAYS * 86_400_000));
  const newest = newestOf(useDecisions() ?? []);
  const see = useCallback(
    (at: number) => {
      localStorage.setItem(key, String(at));
      setSeen(at);
    },
    [key],
  );
  useEffect(() => {
    if (open && newest.at > seen) see(newest.at);
  }, [open, newest.at, seen, see]);
  const shown = !open && newest.at > seen;
  return (
    <div role="status" className="banner-place">
      {shown && (
        <p className="banner" data-kind="decision">
          <Icon name="warn" />
          <span>{newest.answered ? words.answeredNotice : words.decidedNotice}</span>
          <button type="button" className="button plain" onClick={onShow}>
            {words.show}
          </button>
          <IconButton icon="close" label={words.dismiss} onClick={() => see(newest.at)} />
        </p>
      )}
    </div>
  );
}

/** What was last decided or answered; 0 where nothing was. */
function newestOf(decisions: readonly OwnDecision[]): { at: number; answered: boolean } {
  const news = decisions
    .filter((each) => each.actions.length > 0)
    .flatMap(({ appeal, decided_at }) => [
      { at: Date.parse(decided_at), answered: false },
      ...(appeal?.answered_at ? [{ at: Date.parse(appeal.answered_at), answered: true }] : []),
    ]);
  return news.reduce((newest, each) => (each.at > newest.at ? each : newest), { at: 0, answered: false });
}

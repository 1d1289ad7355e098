import { useUnread, useUnreadThreads } from "@parley/react";
import type { ReactNode } from "react";
import { useWords } from "../preferences";
import { useFormats } from "../ui/times";

export type View = "conversations" | "threads";

/** The lists of a pane, one of which is shown; each says how much in it is unread. */
export function Sidebar({ view, onView, tools, children }: { view: View; onView(view: View): void; tools?: ReactNode; children: ReactNode }) {
  const words = useWords();
  const counts = { conversations: useUnread(), threads: useUnreadThreads() };
  return (
    <div className="sidebar">
      <div className="sidebar-bar">
        <div className="switch" role="group" aria-label={words.lists}>
          {(["conversations", "threads"] as const).map((each) => (
            <button key={each} type="button" aria-pressed={each === view} onClick={() => onView(each)}>
              {each === "threads" ? words.threads : words.chats}
              <Badge count={counts[each]} />
            </button>
          ))}
        </div>
        {tools}
      </div>
      {children}
    </div>
  );
}

/** How much is unread, where anything is. */
export function Badge({ count, muted = false, label }: { count: number; muted?: boolean; label?: string }) {
  const words = useWords();
  const formats = useFormats();
  if (!count) return null;
  return (
    <span className="badge" data-muted={muted}>
      <span aria-hidden="true">{count > 99 ? `${formats.count(99)}+` : formats.count(count)}</span>
      <span className="hidden">{label ?? words.unread(count)}</span>
    </span>
  );
}

import type { MessageStatus } from "@parley/client";
import { useConversation } from "@parley/react";
import { useWords } from "../preferences";
import { Icon } from "../ui/Icon";

/** How far the user's last message has come; in a group, how many have read it. */
export function Status({ status, seen, conversation }: { status: MessageStatus["status"]; seen: number; conversation: string }) {
  const words = useWords();
  const direct = useConversation(conversation)?.type === "direct";
  return (
    <p className="status" data-reached={status}>
      <Icon name={status === "sent" ? "check" : "checks"} />
      {status === "seen" && !direct ? words.seenByCount(seen) : words.statuses[status]}
    </p>
  );
}

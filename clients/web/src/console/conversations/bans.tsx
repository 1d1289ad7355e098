import { may } from "@parley/client";
import { useState } from "react";
import { Confirm } from "../parts/dialog.js";
import { Empty, Paged, usePage } from "../parts/lists.js";
import { useNotice } from "../parts/notices.js";
import { Table } from "../parts/table.js";
import { Badge, Moment, Panel } from "../parts/view.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";
import type { ConversationOf } from "./conversation.js";

/** Who may not come back, for those who may ban. */
export function Bans({ conversation, user }: { conversation: ConversationOf; user: string }) {
  const words = useWords();
  const role = conversation.membership?.role;
  return (
    <Panel title={words.conversations.tabs.bans}>
      {may(conversation, role, "ban") ? <Banned id={conversation.id} user={user} /> : <Empty>{words.conversations.adminsChange}</Empty>}
    </Panel>
  );
}

function Banned({ id, user }: { id: string; user: string }) {
  const words = useWords();
  const own = useSession().as(user);
  const say = useNotice();
  const [lifting, setLifting] = useState<string | null>(null);
  const bans = usePage(
    (cursor, signal) => own.get("/v1/conversations/{conversation_id}/bans", { path: { conversation_id: id }, query: { cursor }, signal }),
    [id, user],
  );
  const lift = async (banned: string) => {
    await own.delete("/v1/conversations/{conversation_id}/bans/{user_id}", { path: { conversation_id: id, user_id: banned } });
    say(words.common.saved);
    bans.reload();
  };
  return (
    <>
      <Paged of={bans} empty={words.conversations.noBans}>
        {(rows) => (
          <div className="rows">
            <Table
              caption={words.conversations.tabs.bans}
              rows={rows}
              keyOf={({ user_id }) => user_id}
              columns={[
                {
                  name: words.conversations.user,
                  cell: ({ user_id, shadow }) => (
                    <>
                      <bdi>{user_id}</bdi> {shadow && <Badge>{words.conversations.shadowed}</Badge>}
                    </>
                  ),
                },
                { name: words.conversations.bannedBy, cell: ({ banned_by }) => <bdi>{banned_by}</bdi> },
                { name: words.conversations.reason, cell: ({ reason }) => (reason ? <bdi>{reason}</bdi> : "–") },
                { name: words.common.created, cell: ({ created_at }) => <Moment at={created_at} /> },
                {
                  name: words.common.acts,
                  kind: "acts",
                  cell: ({ user_id }) => (
                    <button type="button" className="small" onClick={() => setLifting(user_id)}>
                      {words.conversations.unban}
                    </button>
                  ),
                },
              ]}
            />
          </div>
        )}
      </Paged>
      {lifting && (
        <Confirm title={words.conversations.unbanTitle(lifting)} act={words.conversations.unban} danger={false} onConfirm={() => lift(lifting)} onClose={() => setLifting(null)}>
          <p>{words.conversations.unbanAbout}</p>
        </Confirm>
      )}
    </>
  );
}

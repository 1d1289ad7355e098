import { may, reaches, type components, type Permission } from "@parley/client";
import { useState } from "react";
import { Confirm } from "../parts/dialog.js";
import { Check, Choose, Field } from "../parts/field.js";
import { Paged, usePage } from "../parts/lists.js";
import { useNotice } from "../parts/notices.js";
import { Table } from "../parts/table.js";
import { Moment, Panel } from "../parts/view.js";
import { Link } from "../routing.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";
import type { ConversationOf } from "./conversation.js";

type Member = components["schemas"]["Member"];
type Role = Member["role"];
type Change = { member: Member; act: "role" | "remove" | "ban" };
const ROLES: readonly Role[] = ["member", "moderator", "admin", "owner"];
const ACTS = { role: "change_roles", remove: "remove_members", ban: "ban" } as const satisfies Record<Change["act"], Permission>;

/** Who belongs to it. Owners and admins change that; the console acts as the member that was chosen. */
export function Members({ conversation, user }: { conversation: ConversationOf; user: string }) {
  const words = useWords();
  const session = useSession();
  const [change, setChange] = useState<Change | null>(null);
  const path = { conversation_id: conversation.id };
  const members = usePage(
    (cursor, signal) => session.as(user).get("/v1/conversations/{conversation_id}/members", { path, query: { cursor }, signal }),
    [conversation.id, user],
  );
  const role = conversation.membership?.role;
  const offered = (Object.keys(ACTS) as Change["act"][]).filter((act) => !conversation.archived_at && may(conversation, role, ACTS[act]));
  const acts = (member: Member) => (
    <span className="acts">
      {member.user_id !== user && (
        <Link to={["conversations", conversation.id, "members"]} query={{ as: member.user_id }} className="button small">
          {words.conversations.actAs}
        </Link>
      )}
      {role &&
        member.user_id !== user &&
        reaches(role, member.role) &&
        offered.map((act) => (
          <button key={act} type="button" className="small" aria-label={words.conversations.changes[act](member.user_id)} onClick={() => setChange({ member, act })}>
            {words.conversations.changeActs[act]}
          </button>
        ))}
    </span>
  );
  return (
    <Panel title={words.conversations.tabs.members}>
      {!offered.length && <p className="hint">{words.conversations.adminsChange}</p>}
      <Paged of={members} empty={words.conversations.noMembers}>
        {(rows) => (
          <div className="rows">
            <Table
              caption={words.conversations.tabs.members}
              rows={rows}
              keyOf={({ user_id }) => user_id}
              columns={[
                {
                  name: words.conversations.user,
                  cell: ({ user_id }) => (
                    <Link to={["users", user_id]}>
                      <bdi>{user_id}</bdi>
                    </Link>
                  ),
                },
                { name: words.conversations.role, cell: (member) => words.conversations.roles[member.role] },
                { name: words.conversations.joined, cell: ({ joined_at }) => <Moment at={joined_at} /> },
                { name: words.common.acts, kind: "acts", cell: acts },
              ]}
            />
          </div>
        )}
      </Paged>
      {change && <ChangeMember id={conversation.id} user={user} upTo={role} {...change} onDone={members.reload} onClose={() => setChange(null)} />}
    </Panel>
  );
}

function ChangeMember({ id, user, upTo, member, act, onDone, onClose }: Change & { id: string; user: string; upTo: Role | undefined; onDone: () => void; onClose: () => void }) {
  const words = useWords();
  const own = useSession().as(user);
  const say = useNotice();
  const [role, setRole] = useState<Role>(member.role);
  const [reason, setReason] = useState("");
  const [shadow, setShadow] = useState(false);
  const path = { conversation_id: id, user_id: member.user_id };
  const change = async () => {
    if (act === "role") await own.put("/v1/conversations/{conversation_id}/members/{user_id}/role", { path, body: { role } });
    if (act === "remove") await own.delete("/v1/conversations/{conversation_id}/members/{user_id}", { path });
    if (act === "ban") await own.put("/v1/conversations/{conversation_id}/bans/{user_id}", { path, body: { shadow, ...(reason ? { reason } : {}) } });
    say(words.common.saved);
    onDone();
  };
  return (
    <Confirm title={words.conversations.changes[act](member.user_id)} act={words.conversations.changeActs[act]} danger={act !== "role"} onConfirm={change} onClose={onClose}>
      <p>{words.conversations.changesAbout[act]}</p>
      {act === "role" && (
        <Choose
          label={words.conversations.role}
          value={role}
          onChange={setRole}
          options={ROLES.filter((each) => upTo && reaches(upTo, each)).map((value) => ({ value, label: words.conversations.roles[value] }))}
        />
      )}
      {act === "ban" && <Check label={words.conversations.shadow} checked={shadow} onChange={setShadow} />}
      {act === "ban" && <Field label={words.conversations.reason} value={reason} onChange={setReason} maxLength={200} />}
    </Confirm>
  );
}

import { useState } from "react";
import { Ask, Confirm } from "../parts/dialog.js";
import { Paged, Shown, usePage } from "../parts/lists.js";
import { useNotice } from "../parts/notices.js";
import { useResource } from "../parts/resource.js";
import { Table } from "../parts/table.js";
import { UserField } from "../parts/user_field.js";
import { Code, Facts, Moment, Panel, View } from "../parts/view.js";
import { go, Link } from "../routing.js";
import { useSession } from "../session.js";
import { useFormats, useWords } from "../words/words.js";
import { EditGroup } from "./edit_group.js";
import type { GroupOf } from "./groups.js";

/** One group: what it is called, and who is in it. */
export function Group({ id }: { id: string }) {
  const words = useWords();
  const { api } = useSession();
  const group = useResource((signal) => api.get("/v1/user-groups/{user_group_id}", { path: { user_group_id: id }, signal }), [id]);
  const title = group.state === "ready" ? group.value.name : words.groups.one;
  return (
    <View title={title} back={<Link to={["groups"]}>{words.places.groups}</Link>}>
      <Shown of={group}>
        {(value) => (
          <>
            <About group={value} onChanged={group.reload} />
            <Members group={value} onChanged={group.reload} />
          </>
        )}
      </Shown>
    </View>
  );
}

interface OfGroup {
  group: GroupOf;
  onChanged: () => void;
}

function About({ group, onChanged }: OfGroup) {
  const words = useWords();
  const formats = useFormats();
  const { api } = useSession();
  const say = useNotice();
  const [asked, setAsked] = useState<"edit" | "delete" | null>(null);
  const close = () => setAsked(null);
  const saved = () => {
    say(words.common.saved);
    onChanged();
  };
  const remove = async () => {
    await api.delete("/v1/user-groups/{user_group_id}", { path: { user_group_id: group.id } });
    say(words.groups.deleted);
    go(["groups"]);
  };
  const buttons = (["edit", "delete"] as const).map((each) => (
    <button key={each} type="button" className={each === "delete" ? "danger small" : "small"} onClick={() => setAsked(each)}>
      {words.groups.acts[each]}
    </button>
  ));
  return (
    <Panel title={words.groups.facts} acts={buttons}>
      <Facts
        of={[
          [words.groups.handle, <Code>@{group.handle}</Code>],
          [words.users.id, <Code>{group.id}</Code>],
          [words.groups.description, group.description ? <bdi>{group.description}</bdi> : "–"],
          [words.groups.members, formats.number(group.member_count)],
          [words.common.updated, <Moment at={group.updated_at} />],
        ]}
      />
      {asked === "edit" && <EditGroup group={group} onSaved={saved} onClose={close} />}
      {asked === "delete" && (
        <Confirm title={words.groups.deleteTitle(group.handle)} act={words.groups.acts.delete} onConfirm={remove} onClose={close}>
          <p>{words.groups.deleteAbout}</p>
        </Confirm>
      )}
    </Panel>
  );
}

function Members({ group, onChanged }: OfGroup) {
  const words = useWords();
  const { api } = useSession();
  const say = useNotice();
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<string | null>(null);
  const path = { user_group_id: group.id };
  const members = usePage((cursor, signal) => api.get("/v1/user-groups/{user_group_id}/members", { path, query: { cursor }, signal }), [group.id, group.version]);
  const add = (
    <button type="button" className="small" onClick={() => setAdding(true)}>
      {words.groups.add}
    </button>
  );
  const remove = (user: string) => async () => {
    await api.post("/v1/user-groups/{user_group_id}/members/remove", { path, body: { user_ids: [user] } });
    say(words.common.saved);
    onChanged();
  };
  return (
    <Panel title={words.groups.members} acts={add}>
      <Paged of={members} empty={words.groups.noMembers}>
        {(rows) => (
          <div className="rows">
            <Table
              caption={words.groups.members}
              rows={rows}
              keyOf={({ user_id }) => user_id}
              columns={[
                {
                  name: words.groups.user,
                  cell: ({ user_id }) => (
                    <Link to={["users", user_id]}>
                      <bdi>{user_id}</bdi>
                    </Link>
                  ),
                },
                { name: words.groups.added, cell: ({ added_at }) => <Moment at={added_at} /> },
                {
                  name: words.common.acts,
                  kind: "acts",
                  cell: ({ user_id }) => (
                    <button type="button" className="small" aria-label={words.groups.removeOf(user_id)} onClick={() => setRemoving(user_id)}>
                      {words.common.remove}
                    </button>
                  ),
                },
              ]}
            />
          </div>
        )}
      </Paged>
      {adding && <AddMember group={group} onChanged={onChanged} onClose={() => setAdding(false)} />}
      {removing !== null && (
        <Confirm title={words.groups.removeOf(removing)} act={words.common.remove} onConfirm={remove(removing)} onClose={() => setRemoving(null)}>
          <p>{words.groups.removeAbout}</p>
        </Confirm>
      )}
    </Panel>
  );
}

function AddMember({ group, onChanged, onClose }: OfGroup & { onClose: () => void }) {
  const words = useWords();
  const { api } = useSession();
  const say = useNotice();
  const [user, setUser] = useState("");
  const add = async () => {
    const { data } = await api.post("/v1/user-groups/{user_group_id}/members", { path: { user_group_id: group.id }, body: { user_ids: [user] } });
    say(words.groups.results[data[0]?.status ?? "not_found"]);
    onChanged();
  };
  return (
    <Ask title={words.groups.add} act={words.groups.add} onAct={add} onClose={onClose}>
      {() => <UserField label={words.groups.user} value={user} onChange={setUser} />}
    </Ask>
  );
}

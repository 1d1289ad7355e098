import type { components } from "@parley/client";
import { useState } from "react";
import { Paged, usePage } from "../parts/lists.js";
import { Table } from "../parts/table.js";
import { Moment, Panel, View } from "../parts/view.js";
import { go, Link } from "../routing.js";
import { useSession } from "../session.js";
import { useFormats, useWords } from "../words/words.js";
import { EditGroup } from "./edit_group.js";
import { Group } from "./group.js";

export type GroupOf = components["schemas"]["UserGroup"];

export function Groups({ path: [id] }: { path: readonly string[] }) {
  return id === undefined ? <GroupList /> : <Group id={id} />;
}

/** The groups of users whom a message may mention together. */
function GroupList() {
  const words = useWords();
  const formats = useFormats();
  const { api } = useSession();
  const groups = usePage((cursor, signal) => api.get("/v1/user-groups", { query: { cursor }, signal }), []);
  const [making, setMaking] = useState(false);
  const create = (
    <button type="button" className="primary" onClick={() => setMaking(true)}>
      {words.groups.create}
    </button>
  );
  return (
    <View title={words.places.groups} about={words.groups.about} acts={create}>
      <Panel title={words.groups.list}>
        <Paged of={groups} empty={words.groups.none}>
          {(rows) => (
            <div className="rows">
              <Table
                caption={words.groups.list}
                rows={rows}
                keyOf={({ id }) => id}
                columns={[
                  {
                    name: words.groups.handle,
                    cell: ({ id, handle }) => (
                      <Link to={["groups", id]} dir="ltr">
                        @{handle}
                      </Link>
                    ),
                  },
                  { name: words.groups.name, cell: ({ name }) => <bdi>{name}</bdi> },
                  { name: words.groups.members, cell: ({ member_count }) => formats.number(member_count) },
                  { name: words.common.updated, cell: ({ updated_at }) => <Moment at={updated_at} /> },
                ]}
              />
            </div>
          )}
        </Paged>
      </Panel>
      {making && <EditGroup onSaved={({ id }) => go(["groups", id])} onClose={() => setMaking(false)} />}
    </View>
  );
}

import type { components } from "@parley/client";
import { useState } from "react";
import { Empty, Shown } from "../parts/lists.js";
import { useResource } from "../parts/resource.js";
import { SecretShown } from "../parts/secret.js";
import { Table } from "../parts/table.js";
import { Moment, Panel, View } from "../parts/view.js";
import { go, Link } from "../routing.js";
import { useSession } from "../session.js";
import { Enabled } from "../webhooks/webhooks.js";
import { useWords } from "../words/words.js";
import { Command } from "./command.js";
import { EditCommand } from "./edit_command.js";

export type CommandOf = components["schemas"]["Command"];

export function Commands({ path: [name] }: { path: readonly string[] }) {
  return name === undefined ? <CommandList /> : <Command name={name} />;
}

/** The slash commands that the tenant's servers answer. */
function CommandList() {
  const words = useWords();
  const { api } = useSession();
  const commands = useResource((signal) => api.get("/v1/commands", { signal }), []);
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<components["schemas"]["NewCommand"] | null>(null);
  const create = (
    <button type="button" className="primary" onClick={() => setMaking(true)}>
      {words.commands.create}
    </button>
  );
  return (
    <View title={words.places.commands} about={words.commands.about} acts={create}>
      <Panel title={words.commands.list}>
        <Shown of={commands}>
          {({ data }) =>
            data.length === 0 ? (
              <Empty>{words.commands.none}</Empty>
            ) : (
              <div className="rows">
                <Table
                  caption={words.commands.list}
                  rows={data}
                  keyOf={({ name }) => name}
                  columns={[
                    {
                      name: words.commands.name,
                      cell: ({ name }) => (
                        <Link to={["commands", name]} dir="ltr">
                          /{name}
                        </Link>
                      ),
                    },
                    { name: words.commands.description, cell: ({ description }) => <bdi>{description}</bdi> },
                    { name: words.commands.role, cell: ({ role }) => words.commands.roles[role] },
                    { name: words.webhooks.state, cell: ({ enabled }) => <Enabled enabled={enabled} /> },
                    { name: words.common.updated, cell: ({ updated_at }) => <Moment at={updated_at} /> },
                  ]}
                />
              </div>
            )
          }
        </Shown>
      </Panel>
      {making && <EditCommand onSaved={(saved) => (saved.secret ? setMade(saved) : go(["commands", saved.name]))} onClose={() => setMaking(false)} />}
      {made?.secret && <SecretShown title={words.commands.secret} about={words.commands.secretAbout} secret={made.secret} onClose={() => go(["commands", made.name])} />}
    </View>
  );
}

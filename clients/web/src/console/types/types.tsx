import { DEFAULT_PERMISSIONS, type components, type Permission } from "@parley/client";
import { useState } from "react";
import { Ask } from "../parts/dialog.js";
import { Choose, Field } from "../parts/field.js";
import { Shown } from "../parts/lists.js";
import { useResource } from "../parts/resource.js";
import { Table } from "../parts/table.js";
import { Badge, Panel, View } from "../parts/view.js";
import { go, Link } from "../routing.js";
import { useSession } from "../session.js";
import { useFormats, useWords } from "../words/words.js";
import { Type } from "./type.js";

export type TypeOf = components["schemas"]["DeclaredConversationType"];
export const PERMISSIONS = Object.keys(DEFAULT_PERMISSIONS) as Permission[];
type Like = components["schemas"]["PutConversationType"]["like"];

export function Types({ path: [name] }: { path: readonly string[] }) {
  return name === undefined ? <TypeList /> : <Type name={name} />;
}

/** The types of conversations: those that are built in, and those that the tenant has declared. */
function TypeList() {
  const words = useWords();
  const formats = useFormats();
  const { api } = useSession();
  const types = useResource((signal) => api.get("/v1/conversation-types", { signal }), []);
  const [declaring, setDeclaring] = useState(false);
  const declare = (
    <button type="button" className="primary" onClick={() => setDeclaring(true)}>
      {words.types.declare}
    </button>
  );
  return (
    <View title={words.places.types} about={words.types.about} acts={declare}>
      <Panel title={words.types.list}>
        <Shown of={types}>
          {({ data }) => (
            <div className="rows">
              <Table
                caption={words.types.list}
                rows={data}
                keyOf={({ name }) => name}
                columns={[
                  {
                    name: words.types.name,
                    cell: ({ name }) => (
                      <Link to={["types", name]} dir="ltr">
                        {name}
                      </Link>
                    ),
                  },
                  { name: words.types.like, cell: ({ like }) => words.conversations.types[like] },
                  { name: words.types.changed, cell: (type) => formats.number(changesOf(type)) },
                  { name: words.types.state, cell: ({ used, built_in }) => (built_in ? words.types.builtIn : used ? <Badge>{words.types.used}</Badge> : "–") },
                ]}
              />
            </div>
          )}
        </Shown>
      </Panel>
      {declaring && <Declare onClose={() => setDeclaring(false)} />}
    </View>
  );
}

/** How many actions have another lowest role than they come with. */
function changesOf({ like, permissions }: TypeOf): number {
  return like === "direct" ? 0 : PERMISSIONS.filter((each) => permissions[each] !== DEFAULT_PERMISSIONS[each]).length;
}

function Declare({ onClose }: { onClose: () => void }) {
  const words = useWords();
  const { api } = useSession();
  const [name, setName] = useState("");
  const [like, setLike] = useState<Like>("group");
  const declare = async () => {
    await api.put("/v1/conversation-types/{conversation_type}", { path: { conversation_type: name }, body: { like } });
    go(["types", name]);
  };
  return (
    <Ask title={words.types.declare} act={words.types.declare} fields={["/like"]} onAct={declare} onClose={onClose}>
      {(wrong) => (
        <>
          <Field label={words.types.name} value={name} onChange={setName} required maxLength={32} code pattern="[a-z][a-z0-9_]*" hint={words.types.nameHint} />
          <Choose
            label={words.types.like}
            value={like}
            onChange={setLike}
            error={wrong("/like")}
            options={(["group", "channel"] as const).map((value) => ({ value, label: words.conversations.types[value] }))}
          />
        </>
      )}
    </Ask>
  );
}

import { useState, type FormEvent } from "react";
import { Field } from "../parts/field.js";
import { Paged, usePage } from "../parts/lists.js";
import { Table } from "../parts/table.js";
import { Code, Name, Panel, View } from "../parts/view.js";
import { go, Link, useRoute } from "../routing.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";
import { NewUser } from "./new_user.js";
import { User } from "./user.js";

export function Users({ path: [id] }: { path: readonly string[] }) {
  return id === undefined ? <UserList /> : <User id={id} />;
}

/** The tenant's users by name, perhaps by its beginning. */
function UserList() {
  const words = useWords();
  const { api } = useSession();
  const q = useRoute().query.get("q");
  const [making, setMaking] = useState(false);
  const users = usePage((cursor, signal) => api.get("/v1/users", { query: { q, cursor }, signal }), [q]);
  return (
    <View
      title={words.places.users}
      about={words.users.about}
      acts={
        <button type="button" className="primary" onClick={() => setMaking(true)}>
          {words.users.create}
        </button>
      }
    >
      <Panel title={words.users.list}>
        <Find q={q ?? ""} />
        <Paged of={users} empty={q ? words.users.noneFound : words.users.none}>
          {(rows) => (
            <div className="rows">
              <Table
                caption={words.users.list}
                rows={rows}
                keyOf={({ id }) => id}
                columns={[
                  { name: words.users.name, cell: (user) => <Person {...user} /> },
                  { name: words.users.id, cell: ({ id }) => <Code>{id}</Code> },
                  {
                    name: words.common.acts,
                    kind: "acts",
                    cell: ({ id }) => (
                      <Link to={["conversations"]} query={{ as: id }} className="button small">
                        {words.places.conversations}
                      </Link>
                    ),
                  },
                ]}
              />
            </div>
          )}
        </Paged>
      </Panel>
      {making && <NewUser onClose={() => setMaking(false)} />}
    </View>
  );
}

function Person({ id, name }: { id: string; name: string }) {
  return (
    <Link to={["users", id]}>
      <Name>{name}</Name>
    </Link>
  );
}

function Find({ q }: { q: string }) {
  const words = useWords();
  const [written, setWritten] = useState(q);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    go(["users"], { q: written.trim() });
  };
  return (
    <form className="filters" role="search" onSubmit={submit}>
      <Field label={words.users.find} value={written} onChange={setWritten} type="search" maxLength={100} />
      <button type="submit">{words.common.search}</button>
    </form>
  );
}

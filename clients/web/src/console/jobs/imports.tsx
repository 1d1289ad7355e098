import { Paged, usePage } from "../parts/lists.js";
import { Table } from "../parts/table.js";
import { Badge, Code, Moment, Panel } from "../parts/view.js";
import { Link } from "../routing.js";
import { useSession } from "../session.js";
import { useFormats, useWords } from "../words/words.js";
import { TONES } from "./import.js";

/** The tenant's imports, the newest first. */
export function Imports() {
  const words = useWords();
  const formats = useFormats();
  const { api } = useSession();
  const imports = usePage((cursor, signal) => api.get("/v1/imports", { query: { cursor }, signal }), []);
  return (
    <Panel title={words.imports.list}>
      <Paged of={imports} empty={words.imports.none}>
        {(rows) => (
          <div className="rows">
            <Table
              caption={words.imports.list}
              rows={rows}
              keyOf={({ id }) => id}
              columns={[
                {
                  name: words.users.id,
                  cell: ({ id }) => (
                    <Link to={["jobs", "import", id]}>
                      <Code>{id}</Code>
                    </Link>
                  ),
                },
                { name: words.jobs.status, cell: ({ status }) => <Badge tone={TONES[status]}>{words.imports.statuses[status]}</Badge> },
                { name: words.imports.source, cell: ({ source }) => <Code>{source}</Code> },
                { name: words.jobs.percent, cell: ({ percent }) => formats.percent(percent), kind: "number" },
                { name: words.common.created, cell: ({ created_at }) => <Moment at={created_at} /> },
              ]}
            />
          </div>
        )}
      </Paged>
    </Panel>
  );
}

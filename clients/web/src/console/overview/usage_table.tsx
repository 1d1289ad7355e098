import { Table } from "../parts/table.js";
import { useFormats, useWords } from "../words/words.js";
import type { Day } from "./usage.js";

/** The figures of the charts, newest first. */
export function UsageTable({ days }: { days: readonly Day[] }) {
  const words = useWords();
  const formats = useFormats();
  return (
    <details className="panel">
      <summary>{words.overview.asTable}</summary>
      <div className="rows">
        <Table
          caption={words.overview.byDay}
          rows={[...days].reverse()}
          keyOf={(day) => day.day}
          columns={[
            { name: words.overview.day, cell: (day) => <time dateTime={day.day}>{formats.day(day.day)}</time> },
            { name: words.overview.messages, cell: (day) => formats.number(day.messages), kind: "number" },
            { name: words.overview.activeUsers, cell: (day) => formats.number(day.active_users), kind: "number" },
            { name: words.overview.storedBytes, cell: (day) => formats.bytes(day.stored_bytes), kind: "number" },
            { name: words.overview.egressBytes, cell: (day) => formats.bytes(day.egress_bytes), kind: "number" },
            { name: words.overview.searches, cell: (day) => formats.number(day.searches), kind: "number" },
          ]}
        />
      </div>
    </details>
  );
}

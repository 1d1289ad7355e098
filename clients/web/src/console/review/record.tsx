import type { components } from "@parley/client";
import { Shown } from "../parts/lists.js";
import { useResource } from "../parts/resource.js";
import { Table } from "../parts/table.js";
import { Facts, Moment, Panel } from "../parts/view.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";

type Counts = components["schemas"]["RecordCounts"];
const COUNTED: readonly (keyof Counts)[] = ["flags_received", "flags_made", "dismissed", "delete_message", "warn", "ban", "deactivate", "appeals", "overturned"];

/** What moderators have decided about a user lately, and counts of everything. */
export function Record({ id }: { id: string }) {
  const words = useWords();
  const { api } = useSession();
  const record = useResource((signal) => api.get("/v1/users/{user_id}/moderation-record", { path: { user_id: id }, signal }), [id]);
  return (
    <Panel title={words.review.record}>
      <Shown of={record}>
        {({ counts, data }) => (
          <>
            <Facts of={COUNTED.filter((each) => counts[each] > 0).map((each) => [words.review.counts[each], counts[each]] as const)} />
            {data.length ? (
              <div className="rows">
                <Table
                  caption={words.review.record}
                  rows={data}
                  keyOf={(each) => each.id}
                  columns={[
                    { name: words.review.when, cell: ({ decided_at }) => <Moment at={decided_at} /> },
                    { name: words.review.what, cell: ({ actions }) => actions.map((each) => words.review.actionNames[each]).join(", ") || words.review.dismissed },
                    { name: words.review.reason, cell: ({ reason }) => <bdi>{reason ?? "–"}</bdi> },
                    { name: words.review.said, cell: ({ text }) => <bdi>{text ?? "–"}</bdi> },
                    { name: words.review.by, cell: ({ decided_by }) => <bdi>{decided_by}</bdi> },
                  ]}
                />
              </div>
            ) : (
              <p className="quiet">{words.review.noRecord}</p>
            )}
          </>
        )}
      </Shown>
    </Panel>
  );
}

import { useFormats, useWords } from "../words/words.js";
import { Shown } from "../parts/lists.js";
import { useResource } from "../parts/resource.js";
import { View } from "../parts/view.js";
import { useRoute, withQuery } from "../routing.js";
import { useSession } from "../session.js";
import { Attention } from "./attention.js";
import { Bars } from "./bars.js";
import { UsageTable } from "./usage_table.js";
import "./overview.css";

/** At most 31 days, which is what the API gives at once. */
const RANGES = [7, 14, 30] as const;
const DAY_MILLISECONDS = 86_400_000;

/** What the tenant used, by day, and what wants a person's attention. */
export function Overview() {
  const words = useWords();
  const formats = useFormats();
  const route = useRoute();
  const { api, tenant } = useSession();
  const days = RANGES.find((each) => String(each) === route.query.get("days")) ?? 14;
  const usage = useResource((signal) => api.get("/v1/usage", { query: { from: daysAgo(days - 1), to: daysAgo(0) }, signal }), [days]);
  const ranges = RANGES.map((each) => (
    <a key={each} className="button small" href={withQuery(route, { days: String(each) })} aria-current={each === days ? "true" : undefined}>
      {words.overview.days(each)}
    </a>
  ));
  return (
    <View title={words.places.overview} about={words.overview.about(tenant)} acts={ranges}>
      <Attention />
      <Shown of={usage}>
        {({ data }) => (
          <>
            <div className="charts">
              <Bars of={data} metric="messages" title={words.overview.messages} write={formats.number} />
              <Bars of={data} metric="active_users" title={words.overview.activeUsers} write={formats.number} sum="most" />
              <Bars of={data} metric="stored_bytes" title={words.overview.storedBytes} write={formats.bytes} sum="last" />
              <Bars of={data} metric="egress_bytes" title={words.overview.egressBytes} write={formats.bytes} />
              <Bars of={data} metric="searches" title={words.overview.searches} write={formats.number} />
            </div>
            <UsageTable days={data} />
          </>
        )}
      </Shown>
    </View>
  );
}

function daysAgo(count: number): string {
  return new Date(Date.now() - count * DAY_MILLISECONDS).toISOString().slice(0, 10);
}

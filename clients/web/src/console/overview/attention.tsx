import { useResource } from "../parts/resource.js";
import { Link } from "../routing.js";
import { useSession } from "../session.js";
import { useFormats, useWords } from "../words/words.js";

const LOOKED_AT = 100;

/** What waits for a person: open reports, webhooks that are off, logins whose keys cannot be fetched. */
export function Attention() {
  const words = useWords();
  const formats = useFormats();
  const { api, tenant } = useSession();
  const found = useResource(async (signal) => {
    const [flags, webhooks, issuers] = await Promise.all([
      api.get("/v1/moderation/flags", { query: { limit: LOOKED_AT }, signal }),
      api.get("/v1/webhooks", { signal }),
      api.get("/v1/tenants/{tenant_id}/issuers", { path: { tenant_id: tenant }, signal }),
    ]);
    return {
      reports: flags.data.length,
      more: flags.next_cursor !== null,
      off: webhooks.data.filter((each) => !each.enabled).length,
      failing: issuers.data.filter((each) => each.keys_failure !== null).length,
    };
  }, []);
  if (found.state !== "ready") return null;
  const { reports, more, off, failing } = found.value;
  const count = (value: number) => formats.number(value) + (more && value === reports ? "+" : "");
  return (
    <ul className="attention" aria-label={words.overview.attention}>
      <li className={reports > 0 ? "wanted" : undefined}>
        <Link to={["review"]}>
          <strong>{count(reports)}</strong> {words.overview.reports}
        </Link>
      </li>
      <li className={off > 0 ? "wanted" : undefined}>
        <Link to={["webhooks"]}>
          <strong>{formats.number(off)}</strong> {words.overview.webhooksOff}
        </Link>
      </li>
      <li className={failing > 0 ? "wanted" : undefined}>
        <Link to={["keys"]}>
          <strong>{formats.number(failing)}</strong> {words.overview.issuersFailing}
        </Link>
      </li>
    </ul>
  );
}

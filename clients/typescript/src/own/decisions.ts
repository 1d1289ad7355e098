import type { components } from "../generated/openapi.js";
import type { Told } from "../news.js";
import { OwnList, type Parts, type Query } from "./own_list.js";

export type OwnDecision = components["schemas"]["OwnDecision"];

const MOST = 100;
const APPEAL_DAYS = 30;

/** What moderators have decided about messages of the user's, the newest first, with the user's appeals. */
export class Decisions extends OwnList<OwnDecision> {
  constructor(parts: Parts, after?: number) {
    super(parts, MOST, after);
  }

  /** Says why a decision is wrong: once for each, within thirty days. */
  appeal(decisionId: string, text: string): Promise<OwnDecision> {
    const path = { user_id: "me", decision_id: decisionId };
    return this.change(() => this.parts.api.post("/v1/users/{user_id}/moderation-decisions/{decision_id}/appeal", { path, body: { text } }), put);
  }

  protected page(query: Query) {
    return this.parts.api.get("/v1/users/{user_id}/moderation-decisions", { path: { user_id: "me" }, query });
  }

  protected told({ type, data }: Told, known: readonly OwnDecision[]): readonly OwnDecision[] | "read" {
    if (type !== "moderation.decided" && type !== "appeal.filed" && type !== "appeal.decided") return known;
    if ("reference" in data) return "read";
    const { user_id: _, ...decision } = data;
    const before = known.find((each) => each.id === decision.id);
    // What was carried out since, only the server can say.
    if (before && stage(before) === stage(decision)) return "read";
    return put(decision, known);
  }
}

/** Decided, appealed against, answered: a decision goes no step back. */
function stage({ appeal }: OwnDecision): number {
  return appeal ? (appeal.outcome ? 2 : 1) : 0;
}

function put(decision: OwnDecision, known: readonly OwnDecision[]): readonly OwnDecision[] {
  const before = known.find((each) => each.id === decision.id);
  if (before && stage(before) > stage(decision)) return known;
  const place = (each: OwnDecision) => `${each.decided_at} ${each.id}`;
  return [...known.filter((each) => each !== before), decision].sort((one, other) => (place(one) < place(other) ? 1 : -1));
}

/** Whether the user may still say that a decision is wrong. */
export function mayAppeal({ appeal, actions, decided_at }: OwnDecision, now = Date.now()): boolean {
  return !appeal && actions.length > 0 && now - Date.parse(decided_at) < APPEAL_DAYS * 86_400_000;
}

import type { components } from "./generated/openapi.js";

/** A problem document (RFC 9457), as far as the answer had one. Some codes add members. */
export type Problem = Partial<components["schemas"]["Problem"]> & Record<string, unknown>;

/** What every error of this package is. */
export class ParleyError extends Error {
  override readonly name: string = "ParleyError";
}

/** Nothing answered: the device is offline, or the connection was lost. */
export class Unreachable extends ParleyError {
  override readonly name = "Unreachable";
}

/** Parley answered, and refused. `code` is stable; `problem` is the whole document. */
export class Refused extends ParleyError {
  override readonly name = "Refused";
  readonly code: string;
  readonly requestId: string | undefined;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;

  constructor(
    readonly status: number,
    readonly problem: Problem,
    /** Milliseconds that the answer asks to wait for. */
    readonly retryAfter: number,
  ) {
    super(problem.detail ?? problem.title ?? (problem["message"] as string | undefined) ?? `Refused with ${status}`);
    this.code = problem.code ?? `http_${status}`;
    this.requestId = problem.request_id;
    this.retryable = problem.retryable ?? (status === 429 || status >= 500);
  }
}

/** Whether what was asked for is not there, or not for the caller. */
export function isGone(failure: unknown): boolean {
  return failure instanceof Refused && (failure.status === 403 || failure.status === 404);
}

/** The refusal that an answer is. */
export async function refusalOf(answer: Response): Promise<Refused> {
  const said: unknown = await answer.json().catch(() => null);
  return new Refused(answer.status, (said && typeof said === "object" ? said : {}) as Problem, retryAfter(answer.headers));
}

/** A date is compared with the server's own `Date`: the device's clock may be wrong. */
function retryAfter(headers: Headers): number {
  const said = headers.get("Retry-After");
  if (!said) return 0;
  const seconds = Number(said);
  const wait = Number.isNaN(seconds) ? Date.parse(said) - Date.parse(headers.get("Date") ?? "") : seconds * 1000;
  return Math.max(0, wait || 0);
}

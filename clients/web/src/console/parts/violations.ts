import { Refused } from "@parley/client";

interface Violation {
  pointer: string;
  detail: string;
}

/** What a refusal says of the fields of the body, by their pointers: `/settings/text_limit`. */
export function violationsOf(failure: unknown): readonly Violation[] {
  return failure instanceof Refused && Array.isArray(failure.problem.errors) ? (failure.problem.errors as Violation[]) : [];
}

/** What a refusal says of one field, and of what lies within it. */
export function violationOf(failure: unknown, pointer: string): string | undefined {
  return violationsOf(failure).find((each) => each.pointer === pointer || each.pointer.startsWith(`${pointer}/`))?.detail;
}

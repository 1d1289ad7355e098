// As much of `node:assert/strict` as the client's tests use, for a page.
const shown = (value: unknown) => (typeof value === "object" ? JSON.stringify(value) : String(value));

function fail(message: string): never {
  throw new Error(message);
}

function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || !one || !other) return false;
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  // These have no properties of their own that tell them apart: none is compared as long as no test does.
  if (one instanceof Map || one instanceof Set || one instanceof Date || one instanceof Error) fail(`Such are not compared here: ${one}`);
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => name in other && same(one[name as never], other[name as never]));
}

type Expected = RegExp | ((failure: unknown) => boolean) | (new (...args: never[]) => Error);

function fits(failure: unknown, expected: Expected): boolean {
  if (expected instanceof RegExp) return expected.test(String(failure));
  if (Error.isPrototypeOf(expected)) return failure instanceof expected;
  return (expected as (failure: unknown) => boolean)(failure) === true;
}

export default {
  ok: (value: unknown, message?: string) => void (value || fail(message ?? `${shown(value)} is not true`)),
  equal: (one: unknown, other: unknown, message = "") => void (Object.is(one, other) || fail(`${shown(one)} is not ${shown(other)} ${message}`)),
  notEqual: (one: unknown, other: unknown, message = "") => void (!Object.is(one, other) || fail(`Both are ${shown(one)} ${message}`)),
  match: (text: string, expected: RegExp, message = "") => void (expected.test(text) || fail(`${text} does not match ${expected} ${message}`)),
  deepEqual: (one: unknown, other: unknown, message = "") => void (same(one, other) || fail(`${shown(one)} is not ${shown(other)} ${message}`)),
  async rejects(promise: Promise<unknown>, expected?: Expected) {
    const failure = await promise.then(
      () => fail("It was not rejected"),
      (reason: unknown) => ({ reason }),
    );
    if (expected && !fits(failure.reason, expected)) fail(`Rejected otherwise: ${failure.reason}`);
  },
};

// As much of `node:test` as the client's tests use, for a page: `window.results` comes to what became of each.
type Step = () => unknown;
export interface Result {
  name: string;
  failure: string | null;
}

const LONGEST = 20_000;
const tests: [string, Step][] = [];
const before: Step[] = [];
const after: Step[] = [];
let astray: unknown;
const stray = (failure: unknown) => void (astray ??= failure);
addEventListener("unhandledrejection", (event) => stray(event.reason));
addEventListener("error", (event) => stray(event.error ?? event.message));

export const test = (name: string, step: Step) => void tests.push([name, step]);
export const beforeEach = (step: Step) => void before.push(step);
export const afterEach = (step: Step) => void after.push(step);

async function inTime(step: Step): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`Longer than ${LONGEST} ms`)), LONGEST)));
  await Promise.race([Promise.resolve().then(step), late]).finally(() => clearTimeout(timer));
}

async function run(step: Step): Promise<string | null> {
  const failures: unknown[] = [];
  astray = undefined;
  const note = (failure: unknown) => void failures.push(failure);
  for (const each of before) await inTime(each).catch(note);
  if (!failures.length) await inTime(step).catch(note);
  for (const each of after) await inTime(each).catch(note);
  if (astray !== undefined) failures.push(astray);
  return failures.length ? failures.map((each) => (each instanceof Error ? `${each.message}\n${each.stack}` : String(each))).join("\n") : null;
}

async function runAll(): Promise<Result[]> {
  const results: Result[] = [];
  for (const [name, step] of tests) results.push({ name, failure: await run(step) });
  if (!tests.length) results.push({ name: "the file", failure: astray === undefined ? "It has no tests" : String(astray) });
  return results;
}

// The file's own script has ended by then.
(globalThis as { results?: Promise<Result[]> }).results = new Promise((resolve) => addEventListener("load", () => resolve(runAll())));

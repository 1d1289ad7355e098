import { developers } from "./ar/developers.js";
import { frame } from "./ar/frame.js";
import { moderation } from "./ar/moderation.js";
import { people } from "./ar/people.js";
import type { Words } from "./en.js";

/** The words in Arabic. */
export const ar: Words = { ...frame, ...people, ...moderation, ...developers };

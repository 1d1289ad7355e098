import { developers } from "./en/developers.js";
import { frame } from "./en/frame.js";
import { moderation } from "./en/moderation.js";
import { people } from "./en/people.js";

/** The console's words in English. `Words` is what every other language has to say. */
export const en = { ...frame, ...people, ...moderation, ...developers };

export type Words = typeof en;

// What a page and the process that listens for it tell each other, as JSON on a socket of their own.
import type { Given } from "../wire.js";

/** To the page. An id is of one request, of one socket that asks to open, or of one that has. */
export type ToPage =
  | { is: "listening"; port: number }
  | { is: "request"; id: number; method: string; url: string; headers: Record<string, string>; bytes: string }
  | { is: "upgrade"; id: number; url: string }
  | { is: "opened" | "closed"; id: number }
  | { is: "frame"; id: number; data: string };

/** From the page. */
export type FromPage =
  | { is: "answer"; id: number; given: Given }
  | { is: "admitted"; id: number; so: boolean }
  | { is: "send"; id: number; data: string }
  | { is: "terminate"; id: number };

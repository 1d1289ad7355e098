/** A piece of a fragment: whether it is what was searched for. */
export interface Piece {
  text: string;
  hit: boolean;
}

const ENTITIES: Readonly<Record<string, string>> = { "&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"', "&#x27;": "'", "&#39;": "'" };
const unescape = (text: string) => text.replace(/&(?:lt|gt|amp|quot|#x27|#39);/g, (entity) => ENTITIES[entity] ?? entity);

/** The pieces of an escaped fragment, whose only tag is `em`: it is shown as text, never as HTML. */
export function piecesOf(fragment: string): Piece[] {
  // What stands between the tags comes at odd places.
  return fragment
    .split(/<em>(.*?)<\/em>/s)
    .map((part, at) => ({ text: unescape(part), hit: at % 2 === 1 }))
    .filter((piece) => piece.text);
}

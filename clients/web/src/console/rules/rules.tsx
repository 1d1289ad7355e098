import { View } from "../parts/view.js";
import { useWords } from "../words/words.js";
import { BlockList } from "./block_list.js";
import { PreSend } from "./pre_send.js";

/** What may be said: by the tenant's block list, and by its own server. */
export function Rules() {
  const words = useWords();
  return (
    <View title={words.places.rules} about={words.rules.about}>
      <BlockList />
      <PreSend />
    </View>
  );
}

import type { Message } from "@parley/client";
import { useEffect, useState } from "react";
import { useName } from "../conversations/names";
import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { Dialog } from "../ui/Dialog";

const PAGE = 100;

/** Who has voted for what: the first hundred votes for each option. */
export function VotersDialog({ message, onDone }: { message: Message; onDone(): void }) {
  const words = useWords();
  const { api, chat } = useSession();
  const [found, setFound] = useState<Readonly<Record<string, readonly string[]>>>();
  const { id, poll } = message;
  const options = poll?.options ?? [];
  const names = options.map((each) => each.id).join(" ");
  useEffect(() => {
    let shown = true;
    const read = async () => {
      const pages = names.split(" ").map(async (option) => {
        const { data } = await api.get("/v1/messages/{message_id}/votes", { path: { message_id: id }, query: { option, limit: PAGE } });
        return [option, data.map((each) => each.user_id)] as const;
      });
      const all = Object.fromEntries(await Promise.all(pages));
      if (shown) setFound(all);
    };
    read().catch(chat.failed);
    return () => void (shown = false);
  }, [api, chat, id, names]);
  return (
    <Dialog title={words.showVoters} onClose={onDone} className="voters">
      {!found && <p className="quiet">{words.loading}</p>}
      {found &&
        options.map((option) => (
          <section key={option.id}>
            <h3 dir="auto">{option.text}</h3>
            <ul>
              {found[option.id]?.map((user) => (
                <Voter key={user} id={user} />
              ))}
            </ul>
            {!found[option.id]?.length && <p className="quiet">{words.votesCount(0)}</p>}
          </section>
        ))}
    </Dialog>
  );
}

function Voter({ id }: { id: string }) {
  return <li dir="auto">{useName(id)}</li>;
}

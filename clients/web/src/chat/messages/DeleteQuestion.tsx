import { useWords } from "../preferences";
import { useSession } from "../session/session";
import { Dialog } from "../ui/Dialog";

/** Asks before a message is deleted for everybody. */
export function DeleteQuestion({ id, onDone }: { id: string; onDone(): void }) {
  const words = useWords();
  const { api, chat } = useSession();
  const remove = () => {
    onDone();
    api.delete("/v1/messages/{message_id}", { path: { message_id: id } }).catch(chat.failed);
  };
  return (
    <Dialog title={words.delete} onClose={onDone} className="question">
      <p>{words.deleteQuestion}</p>
      <footer>
        <button type="button" className="button plain" onClick={onDone}>
          {words.cancel}
        </button>
        <button type="button" className="button danger" onClick={remove}>
          {words.delete}
        </button>
      </footer>
    </Dialog>
  );
}

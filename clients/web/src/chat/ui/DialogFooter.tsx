import { useWords } from "../preferences";

interface Props {
  /** The word of the button that does it. */
  act: string;
  /** The word of the one that does nothing. */
  leave?: string;
  disabled?: boolean;
  failure?: string;
  onClose(): void;
}

/** The end of a dialog's form: what went wrong, the way out, and what does it. */
export function DialogFooter({ act, leave, disabled = false, failure = "", onClose }: Props) {
  const words = useWords();
  return (
    <>
      {failure && <p role="alert">{failure}</p>}
      <footer>
        <button type="button" className="button plain" onClick={onClose}>
          {leave ?? words.cancel}
        </button>
        <button type="submit" className="button" disabled={disabled}>
          {act}
        </button>
      </footer>
    </>
  );
}

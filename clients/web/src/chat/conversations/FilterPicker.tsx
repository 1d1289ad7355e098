import { useWords } from "../preferences";
import { useLabels, type Filter } from "./arranging";

/** Chooses which conversations the list shows. */
export function FilterPicker({ filter, onFilter }: { filter: Filter; onFilter(filter: Filter): void }) {
  const words = useWords();
  const labels = useLabels();
  const chosen = filter.startsWith("label:") ? filter.slice("label:".length) : undefined;
  const all = chosen === undefined || labels.includes(chosen) ? labels : [...labels, chosen];
  return (
    <label className="filter">
      <span className="hidden">{words.shownConversations}</span>
      <select value={filter} onChange={({ target }) => onFilter(target.value as Filter)}>
        <option value="usual">{words.filters.usual}</option>
        <option value="archived">{words.filters.archived}</option>
        <option value="hidden">{words.filters.hidden}</option>
        {all.length > 0 && (
          <optgroup label={words.labels}>
            {all.map((each) => (
              <option key={each} value={`label:${each}`}>
                {each}
              </option>
            ))}
          </optgroup>
        )}
      </select>
    </label>
  );
}

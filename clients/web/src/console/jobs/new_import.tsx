import { useState } from "react";
import { Ask } from "../parts/dialog.js";
import { Field, FileField } from "../parts/field.js";
import { go } from "../routing.js";
import { useSession } from "../session.js";
import { useWords } from "../words/words.js";
import { upload } from "./uploading.js";

/** Begins an import with a file, which is checked first: nothing is written before the report was looked at. */
export function NewImport({ onClose }: { onClose: () => void }) {
  const words = useWords();
  const { api } = useSession();
  const [source, setSource] = useState("import");
  const [file, setFile] = useState<File | null>(null);
  const begin = async () => {
    if (!file) return;
    const begun = await api.post("/v1/imports", { body: { source, size: file.size } });
    await upload(api, begun, file);
    go(["jobs", "import", begun.id]);
  };
  return (
    <Ask title={words.imports.create} act={words.imports.check} disabled={!file} fields={["/source", "/size"]} onAct={begin} onClose={onClose}>
      {(wrong) => (
        <>
          <p>{words.imports.createAbout}</p>
          <FileField label={words.imports.file} hint={words.imports.fileHint} onChange={setFile} error={wrong("/size")} accept=".jsonl,.ndjson" required />
          <Field label={words.imports.source} hint={words.imports.sourceHint} value={source} onChange={setSource} required code maxLength={40} error={wrong("/source")} />
        </>
      )}
    </Ask>
  );
}

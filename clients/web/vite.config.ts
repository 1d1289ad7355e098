import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Two pages: the chat at `/` and the tenant's console at `/console/`. */
export default defineConfig({
  root: path("."),
  plugins: [react()],
  resolve: {
    alias: { "@parley/client": path("../typescript/src/index.ts"), "@parley/react": path("../react/src/index.ts") },
    dedupe: ["react", "react-dom"],
  },
  build: {
    target: "es2022",
    outDir: path("../../.local/pages"),
    emptyOutDir: false,
    rolldownOptions: { input: { chat: path("index.html"), console: path("console/index.html") } },
  },
});

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../design/tokens.css";
import "./app.css";
import { App } from "./App";
import { PreferencesProvider } from "./preferences";

const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      <PreferencesProvider>
        <App />
      </PreferencesProvider>
    </StrictMode>,
  );

// The page of an appraisal report: computes the fingerprint of the reader's copy in this browser and
// compares it with the one on record. The file is never sent.

import { announce } from "./forms.js";

const part = document.querySelector("[data-sha256]");
const field = part.querySelector("input[type='file']");
const verdicts = [...part.querySelectorAll("[data-verdict]")];

function tell(name) {
  for (const verdict of verdicts) verdict.hidden = verdict.dataset.verdict !== name;
}

async function fingerprint(file) {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function compare(file) {
  if (!globalThis.crypto?.subtle) return "browser";
  try {
    return (await fingerprint(file)) === part.dataset.sha256 ? "same" : "other";
  } catch {
    return "unreadable";
  }
}

// Only the file that was chosen last is told of, however long an earlier one takes.
let chosen = null;
field.addEventListener("change", async () => {
  chosen = field.files[0] ?? null;
  if (!chosen) return tell("");
  const mine = chosen;
  tell("working");
  const outcome = await compare(mine);
  if (mine !== chosen) return;
  tell(outcome);
  announce(part.querySelector("[data-verdict]:not([hidden])")?.innerText);
});

part.querySelector("[data-scripted]").hidden = false;

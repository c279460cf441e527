// The proof page of an entry: fetches its receipt, checks it in this browser, and shows step by step
// what passed, what failed and what was not checked. What the reader kept at home is never sent.

import { announce } from "./forms.js";
import { checkGrowth, checkReceipt, checkSame } from "./receipt.js";
import { readKey } from "./signed_note.js";

const page = document.querySelector("[data-proof]");
const { proof: id, receipt: receiptUrl, consistency: consistencyUrl, key: bankKey } = page.dataset;
const form = page.querySelector("form");

const show = (part, shown = true) => { part.hidden = !shown; };

async function fetchReceipt() {
  try {
    const answer = await fetch(receiptUrl, { headers: { Accept: "application/json" } });
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
}

// The path from the kept checkpoint to today's, or null where the bank gives none.
async function fetchGrowth(kept, today) {
  const [old, now] = [kept.checkpoint.size, today.checkpoint.size];
  if (old >= now) return [];
  try {
    const answer = await fetch(`${consistencyUrl}?from=${old}&to=${now}`);
    return answer.ok ? (await answer.json()).path : null;
  } catch {
    return null;
  }
}

// -- checking ------------------------------------------------------------------------------------

async function check(given = {}) {
  const groups = [page.querySelector("[data-group='today']"), page.querySelector("[data-group='kept']")];
  tell("working");
  const key = given.key ?? (await readKey(bankKey).catch(() => null));
  const told = { of: id, key, kept: Boolean(given.key) };
  const [today, kept] = await Promise.all([
    fetchReceipt().then((text) => checkReceipt(text, told)),
    given.receipt === undefined ? null : checkReceipt(given.receipt, told),
  ]);
  const found = [showGroup(groups[0], today)];
  show(groups[1], Boolean(kept));
  if (kept) {
    Object.assign(kept.outcomes, await against(kept.receipt, today.receipt));
    found.push(showGroup(groups[1], kept, today.receipt));
  }
  conclude(found.flat(), kept?.outcomes.read);
}

// Should the check itself break down, the bank's word stands there again, and says what it is.
async function tryToCheck(given) {
  try {
    await check(given);
  } catch (trouble) {
    tell("bank");
    throw trouble;
  }
}

async function against(kept, today) {
  const path = kept && today ? await fetchGrowth(kept, today) : null;
  return { same: checkSame(kept, today), growth: await checkGrowth(kept, today, path) };
}

function conclude(outcomes, kept) {
  const passed = outcomes.filter((each) => each.result === "passed").length;
  const failed = outcomes.some((each) => each.result === "failed");
  fill(page, { passed, all: outcomes.length });
  if (kept?.result === "failed") tell(kept.reason === "other" ? "bad:other" : "bad:unreadable");
  else if (failed) tell("bad");
  else if (passed === outcomes.length) tell("good");
  else tell(outcomes.every((each) => each.result === "passed" || each.reason === "withheld") ? "part:contents" : "part");
}

// -- showing -------------------------------------------------------------------------------------

// The one verdict of this name; the bank's own word goes once the browser has one.
function tell(name) {
  for (const verdict of page.querySelectorAll("[data-verdict]")) show(verdict, verdict.dataset.verdict === name);
}

function fill(part, values) {
  for (const [name, value] of Object.entries(values)) {
    for (const place of part.querySelectorAll(`[data-fill="${name}"]`)) {
      place.textContent = typeof value === "number" ? value.toLocaleString("en") : value;
    }
  }
}

function showGroup(group, { receipt, outcomes }, today) {
  if (receipt) {
    const { index, size, path, checkpoint } = receipt;
    fill(group, { place: index + 1, size, hashes: path.length, origin: checkpoint.origin });
    fill(group, { old: checkpoint.size, now: today?.checkpoint.size ?? 0 });
  }
  const steps = [...group.querySelectorAll("[data-step]")];
  return steps.map((step) => showStep(step, outcomes[step.dataset.step]));
}

function showStep(step, outcome) {
  const { result, reason } = outcome;
  step.dataset.result = result;
  for (const mark of step.querySelectorAll("[data-mark]")) show(mark, mark.dataset.mark === result);
  const texts = [...step.querySelectorAll("[data-when]")];
  const names = texts.map((text) => text.dataset.when);
  const wanted = names.includes(`${result}:${reason}`) ? `${result}:${reason}` : result;
  for (const text of texts) show(text, text.dataset.when === wanted);
  return outcome;
}

// -- what she kept -------------------------------------------------------------------------------

// Shows or takes back the complaint about a field, between its label and what was typed.
function complain(name, wrong) {
  const error = page.querySelector(`[data-error="${name}"]`);
  const field = form.elements[name];
  (field.closest(".file") ?? field).before(error);
  field.closest(".field").classList.toggle("is-wrong", wrong);
  show(error, wrong);
  field.setAttribute("aria-invalid", String(wrong));
  const described = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((each) => each && each !== error.id);
  field.setAttribute("aria-describedby", [...described, ...(wrong ? [error.id] : [])].join(" "));
  if (wrong) field.focus();
  return wrong;
}

async function readGiven() {
  const { "kept-file": file, "kept-text": text, "kept-key": typed } = form.elements;
  const given = {};
  if (text.value.trim()) given.receipt = text.value;
  else if (file.files[0]) given.receipt = await file.files[0].text();
  const key = typed.value.trim();
  if (key) given.key = await readKey(key).catch(() => null);
  const nothing = complain("kept-file", given.receipt === undefined && !key);
  const wrong = complain("kept-key", given.key === null);
  return nothing || wrong ? null : given;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const given = await readGiven();
  if (!given) return;
  await tryToCheck(given);
  const verdict = page.querySelector("#verdict");
  verdict.scrollIntoView({ block: "center" });
  verdict.focus({ preventScroll: true });
});

for (const part of page.querySelectorAll("[data-scripted]")) show(part);
await tryToCheck();
announce(page.querySelector("[data-verdict]:not([hidden])")?.innerText);

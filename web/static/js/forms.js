// Forms that keep what was typed, send once, and say what is wrong with a file before it travels.

export const words = JSON.parse(document.body.dataset.words ?? "{}");

export function announce(text) {
  const region = document.getElementById("announce");
  if (!region || !text) return;
  region.textContent = "";
  window.setTimeout(() => { region.textContent = text; }, 50);
}

// The error summary takes the focus; its links go to the field itself.
document.querySelector("[data-focus]")?.focus();
document.addEventListener("click", (event) => {
  const link = event.target.closest(".error-summary a[href^='#']");
  const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (!field) return;
  event.preventDefault();
  const target = field.matches("fieldset") ? field.querySelector("input") ?? field : field;
  (field.closest(".field") ?? field).scrollIntoView({ block: "start" });
  target.focus({ preventScroll: true });
});

// A form that is on its way is not sent again: the key in it would be the same, but the wait is felt.
const LATE_MS = 1000;

function send(form, button) {
  form.dataset.sent = "yes";
  if (!button) return;
  button.setAttribute("aria-disabled", "true");
  window.setTimeout(() => {
    if (form.dataset.sent !== "yes") return;
    button.dataset.label = button.innerHTML;
    button.textContent = words.sending;
    announce(words.sending);
  }, LATE_MS);
}

function unsend(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-disabled]")) {
    button.removeAttribute("aria-disabled");
    if (button.dataset.label) button.innerHTML = button.dataset.label;
    delete button.dataset.label;
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  else send(form, event.submitter);
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(unsend);
});

// Leaving with text that was never sent asks first.
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) form.dataset.changed = "yes";
});
window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-changed]:not([data-sent])")) {
    event.preventDefault();
    event.returnValue = words.leave;
  }
});

// Files: name and size as chosen, refused here when the server would refuse them.
function size(bytes) {
  return bytes >= 1048576 ? `${(bytes / 1048576).toFixed(1)} MB` : `${Math.ceil(bytes / 1024)} kB`;
}

function fault(file, input, limit) {
  const kinds = (input.accept || "").split(",").map((kind) => kind.trim().toLowerCase()).filter(Boolean);
  const fits = kinds.some((kind) => kind.startsWith(".")
    ? file.name.toLowerCase().endsWith(kind)
    : kind.endsWith("/*") ? file.type.startsWith(kind.slice(0, -1)) : file.type === kind);
  if (kinds.length && !fits) return words.wrongKind;
  return limit && file.size > limit ? words.tooBig : "";
}

document.addEventListener("change", (event) => {
  const box = event.target.closest("[data-file]");
  if (!box || event.target.type !== "file") return;
  const names = box.querySelector(".file__names");
  let wrong = "";
  names.replaceChildren(...[...event.target.files].map((file) => {
    const trouble = fault(file, event.target, Number(box.dataset.maxBytes));
    const line = document.createElement("li");
    line.textContent = `${trouble}${file.name} (${size(file.size)})`;
    line.classList.toggle("is-bad", Boolean(trouble));
    wrong ||= trouble && line.textContent;
    return line;
  }));
  event.target.setCustomValidity(wrong);
  // Where there is room for one, what is chosen now takes the place of what was kept.
  if (!event.target.multiple) {
    const kept = box.parentElement.querySelectorAll("[data-kept] input");
    kept.forEach((tick) => { tick.checked = !event.target.files.length; });
  }
  if (wrong) event.target.setAttribute("aria-invalid", "true");
  else event.target.removeAttribute("aria-invalid");
});
document.addEventListener("submit", (event) => {
  const wrong = [...event.target.querySelectorAll("[data-file] input")].find((input) => !input.validity.valid);
  if (!wrong) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  wrong.focus();
}, { capture: true });

// Days: typed in any usual way, or picked.
function iso(text) {
  const parts = text.trim().match(/^(\d{4})\D*(\d{1,2})\D+(\d{1,2})\D*$/) ?? text.trim().match(/^(\d{4})(\d{2})(\d{2})$/);
  return parts ? `${parts[1]}-${parts[2].padStart(2, "0")}-${parts[3].padStart(2, "0")}` : "";
}

const ICON = new URL("../icons/sprite.svg#calendar", import.meta.url);

function addPicker(box) {
  const typed = box.querySelector("input");
  const picker = Object.assign(document.createElement("input"), { type: "date", className: "field__picker", tabIndex: -1 });
  if (!picker.showPicker || box.querySelector(".field__picker")) return;
  picker.setAttribute("aria-hidden", "true");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "field__day" });
  button.setAttribute("aria-label", words.pickDay);
  button.innerHTML = `<svg class="icon" aria-hidden="true" focusable="false"><use href="${ICON.pathname}${ICON.hash}"/></svg>`;
  typed.addEventListener("change", () => { typed.value = iso(typed.value) || typed.value; });
  button.addEventListener("click", () => {
    picker.value = iso(typed.value);
    picker.showPicker();
  });
  picker.addEventListener("change", () => {
    typed.value = picker.value;
    typed.dispatchEvent(new Event("input", { bubbles: true }));
    typed.focus();
  });
  box.append(button, picker);
}

function dress(root) {
  root.querySelectorAll("[data-date]").forEach(addPicker);
  root.querySelectorAll("[data-file]").forEach((box) => box.classList.add("is-dressed"));
}
dress(document);

// htmx: what changed is dressed and said; a failure is said too.
document.addEventListener("htmx:afterSwap", (event) => {
  dress(event.detail.target);
  announce(event.detail.target.dataset.says ?? words.updated);
});
for (const trouble of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(trouble, () => announce(words.failed));
}

// The menu closes with Escape and gives the focus back.
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector(".places--phone[open]");
  if (!open) return;
  open.removeAttribute("open");
  open.querySelector("summary").focus();
});

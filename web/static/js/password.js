// A password can be looked at while it is typed: a button beside the field shows and hides it.

const texts = document.querySelector("[data-password-show]")?.dataset;

for (const field of document.querySelectorAll("input[data-password]")) {
  if (!texts) break;
  const button = Object.assign(document.createElement("button"), {
    type: "button",
    className: "btn btn--quiet shown-password",
    textContent: texts.passwordShow,
  });
  button.setAttribute("aria-controls", field.id);
  button.addEventListener("click", () => {
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    button.textContent = shown ? texts.passwordHide : texts.passwordShow;
    field.focus();
  });
  field.form?.addEventListener("submit", () => { field.type = "password"; });
  field.parentElement.append(button);
}

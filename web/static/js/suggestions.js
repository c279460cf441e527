// A figure of the county that is chosen is written into its field at once; without scripts the
// server fills the field when the form is sent.

document.querySelectorAll("[data-suggestions] select").forEach((choice) => {
  choice.addEventListener("change", () => {
    const figure = choice.selectedOptions[0]?.dataset.figure;
    const target = choice.dataset.target;
    const field = target && choice.form.elements.namedItem(target);
    if (figure && field instanceof HTMLElement && "value" in field) {
      field.value = figure;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
});

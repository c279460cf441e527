// What folds on a phone stands open on a desk, where there is room beside the list.

const wide = window.matchMedia("(min-width: 992px)");
const unfold = () => {
  if (wide.matches) document.querySelectorAll("details[data-fold]").forEach((part) => { part.open = true; });
};
unfold();
wide.addEventListener("change", unfold);

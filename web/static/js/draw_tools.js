// The row of buttons under a map on which something is drawn.

/** Puts an empty row under the map; gives what adds a button to it: its label, kind and deed. */
export function drawTools(ground) {
  const tools = Object.assign(document.createElement("div"), { className: "map__tools map__tools--draw" });
  ground.closest("figure").querySelector(".map__frame").after(tools);
  return (label, kind, press) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: `btn btn--${kind}`, textContent: label });
    button.addEventListener("click", press);
    tools.append(button);
    return button;
  };
}

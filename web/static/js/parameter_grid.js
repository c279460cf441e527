// A parameter table as a grid of inputs: rows are added at once, cells pasted from a spreadsheet
// spread to the right and down, and Enter goes to the row below. The server reads it all the same.

import { announce } from "./forms.js";

const MOST_ROWS = 5000;

class Grid {
  constructor(table) {
    this.body = table.tBodies[0];
    this.form = table.closest("form");
    this.words = JSON.parse(table.dataset.grid);
    // A row to copy, kept apart: without what was typed, chosen or found wrong in the row it was.
    this.blank = this.body.rows[this.body.rows.length - 1].cloneNode(true);
    this.blank.classList.remove("is-wrong");
    this.blank.querySelectorAll(".field__error, option:not([value])").forEach((each) => each.remove());
    for (const field of this.blank.querySelectorAll("input, select")) {
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
      if (field.type === "checkbox") field.removeAttribute("checked");
      else if (field.tagName === "SELECT") field.querySelectorAll("[selected]").forEach((each) => each.removeAttribute("selected"));
      else field.removeAttribute("value");
    }
    table.addEventListener("paste", (event) => this.paste(event));
    table.addEventListener("keydown", (event) => this.down(event));
    this.form.querySelector("[data-grid-more]").addEventListener("click", (event) => {
      event.preventDefault();
      this.cells(this.add())[0].focus();
      announce(this.words.added);
    });
  }

  cells(row) { return [...row.querySelectorAll("[name^='cell-']")]; }

  add() {
    const number = this.body.rows.length;
    const row = this.blank.cloneNode(true);
    row.querySelector("[data-number]").textContent = number + 1;
    for (const field of row.querySelectorAll("[name]")) {
      field.name = field.name.replace(/^(cell|out)-\d+/, `$1-${number}`);
      if (field.id) field.id = field.name;
      const label = field.getAttribute("aria-label");
      if (label) field.setAttribute("aria-label", label.replace(/\d+$/, number + 1));
    }
    this.body.append(row);
    return row;
  }

  below(row) { return row.nextElementSibling ?? this.add(); }

  down(event) {
    const row = event.target.closest("tr");
    if (event.key !== "Enter" || event.isComposing || event.target.tagName !== "INPUT" || !row) return;
    event.preventDefault();
    const column = this.cells(row).indexOf(event.target);
    if (column >= 0) this.cells(this.below(row))[column].focus();
  }

  paste(event) {
    const text = event.clipboardData?.getData("text/plain").replace(/[\r\n]+$/, "") ?? "";
    const first = event.target.closest("[name^='cell-']");
    if (!first || !(/[\t\n]/.test(text) || first.tagName === "SELECT")) return;
    event.preventDefault();
    const lines = text.split(/\r\n|\r|\n/).slice(0, MOST_ROWS);
    let row = first.closest("tr");
    const column = this.cells(row).indexOf(first);
    lines.forEach((line, index) => {
      if (index) row = this.below(row);
      const cells = this.cells(row).slice(column);
      line.split("\t").slice(0, cells.length).forEach((word, place) => this.write(cells[place], word.trim()));
    });
    this.form.dataset.changed = "yes";
    announce(this.words.pasted.replace("{n}", lines.length));
  }

  // A town or a kind may be pasted by its name or by its code; what is neither stays to be mended.
  write(cell, word) {
    if (cell.tagName === "SELECT") {
      const known = [...cell.options].find((each) => each.value === word || each.textContent.trim() === word);
      const choice = known ?? new Option(word, word);
      if (!known) cell.add(choice, 1);
      choice.selected = true;
    } else {
      cell.value = word;
    }
  }
}

document.querySelectorAll("[data-grid]").forEach((table) => new Grid(table));

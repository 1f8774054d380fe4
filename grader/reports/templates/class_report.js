"use strict";
const table = document.getElementById("class");
const body = table.tBodies[0];
const rows = Array.from(body.rows);
const search = document.getElementById("search");
const found = document.getElementById("found");

function show() {
  const wanted = search.value.trim().toLowerCase();
  let count = 0;
  for (const row of rows) {
    row.hidden = wanted !== "" && !row.textContent.toLowerCase().includes(wanted);
    count += row.hidden ? 0 : 1;
  }
  found.textContent = count + " of " + rows.length + " submissions";
}

function key(row, column) {
  const cell = row.cells[column];
  const value = cell.dataset.value;
  return value === undefined ? cell.textContent.trim().toLowerCase() : parseFloat(value);
}

function sort(header, column) {
  const rising = header.getAttribute("aria-sort") !== "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", rising ? "ascending" : "descending");
  rows.sort((one, two) => {
    const mine = key(one, column), theirs = key(two, column);
    const order = mine < theirs ? -1 : mine > theirs ? 1 : 0;
    return rising ? order : -order;
  });
  body.append(...rows);
}

Array.from(table.tHead.rows[0].cells).forEach((header, column) => {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...header.childNodes);
  button.addEventListener("click", () => sort(header, column));
  header.append(button);
});
search.addEventListener("input", show);
document.querySelector(".search").hidden = false;
show();

"use strict";
(() => {
  // What is not seen at first stands in <noscript>, which is one text where there are scripts:
  // thousands of elements that nobody looks at would take seconds.
  document.addEventListener("toggle", unfolded => {
    const folded = unfolded.target.querySelector(":scope > noscript");
    if (folded) folded.outerHTML = folded.textContent;
  }, true);

  const whole = document.getElementById("rows").textContent;
  const body = whole.indexOf("<tbody>"), end = whole.indexOf("</tbody>");
  document.getElementById("rows").insertAdjacentHTML("beforebegin", whole.slice(0, body) + "</table>");
  const table = document.getElementById("class");
  const cell = /<t[hd]([^>]*)>(.*?)<\/t[hd]>/gs;

  function cells(line) {
    return Array.from(line.matchAll(cell), ([, attributes, html]) => ({
      html,
      name: /class="([^"]*)"/.exec(attributes)?.[1] ?? "",
      order: /data-order="([^"]*)"/.exec(attributes)?.[1] ?? html.replace(/<[^>]*>/g, ""),
    }));
  }

  new DataTable(table, {
    autoWidth: false,
    columns: Array.from(table.tHead.rows[0].cells, (_, place) => ({
      cellType: place ? "td" : "th",
      createdCell: (made, html, row) => {
        if (place) made.className = row[place].name; else made.scope = "row";
      },
      data: (row, type) => type === "display" ? row[place].html : row[place].order,
    })),
    data: whole.slice(body, end).split("<tr>").slice(1).map(cells),
    deferRender: true,
    language: JSON.parse(table.dataset.words),
    layout: { topStart: "search", topEnd: "info", bottomStart: "pageLength", bottomEnd: "paging" },
    lengthMenu: [10, 25, 100, 500],
    order: [],
    pageLength: matchMedia("(max-width: 60rem)").matches ? 10 : 25,
    pagingType: "simple",
  });
  table.classList.add("paged");

  const said = document.getElementById("copied");

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {  // a page that is a file may not everywhere
      const box = document.createElement("textarea");
      box.value = text;
      document.body.append(box);
      box.select();
      document.execCommand("copy");
      box.remove();
    }
  }

  for (const button of document.querySelectorAll("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await copy(button.dataset.copy);
      said.textContent = said.dataset.said;
      setTimeout(() => { said.textContent = ""; }, 2000);
    });
  }

  function unfold() {
    const target = document.getElementById(location.hash.slice(1));
    if (target instanceof HTMLDetailsElement) target.open = true;
  }

  addEventListener("hashchange", unfold);
  unfold();
})();

"use strict";
(() => {
  const table = document.getElementById("class");
  new DataTable(table, {
    autoWidth: false,
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

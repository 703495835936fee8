// Finds operations as one types. Without this file the same form asks the server.
"use strict";

(() => {
  const input = document.querySelector("[data-filter]");
  const list = document.getElementById("operations");
  const found = document.getElementById("operations-found");
  if (!input || !list || input.value !== "") return; // the server has left some out already

  const rows = [...list.querySelectorAll("li")].map((row) => ({ row, text: row.textContent.toLowerCase() }));
  const groups = [...list.querySelectorAll(".op-group")];

  const filter = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { row, text } of rows) {
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown++;
    }
    for (const group of groups) group.hidden = !group.querySelector("li:not([hidden])");
    found.textContent = words.length === 0 ? "" : `${shown} of ${rows.length} operations`;
  };

  input.addEventListener("input", filter);
  input.form.addEventListener("submit", (e) => {
    e.preventDefault();
    list.querySelector("li:not([hidden]) a")?.focus();
  });
})();

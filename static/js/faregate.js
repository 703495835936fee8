// Small conveniences. Every page works without this file: what needs it is hidden until it runs.
"use strict";

(() => {
  const typing = (el) => el.closest("input, textarea, select, [contenteditable]") !== null;

  // Copy buttons appear only where copying works.
  const showCopyButtons = (root) => {
    if (!navigator.clipboard) return;
    root.querySelectorAll("[data-copy][hidden]").forEach((b) => (b.hidden = false));
  };
  const copy = async (button) => {
    const word = button.querySelector("span");
    word.dataset.word ??= word.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      word.textContent = "Copied";
      button.classList.add("copied");
    } catch {
      word.textContent = "Select and copy";
    }
    setTimeout(() => {
      word.textContent = word.dataset.word;
      button.classList.remove("copied");
    }, 2000);
  };

  // A form marked data-guard warns before what was typed is lost.
  const guarded = new Set();
  const guard = (form, dirty) => {
    if (dirty) guarded.add(form);
    else guarded.delete(form);
    const note = form.querySelector("[data-guard-note]");
    if (note) note.hidden = !dirty;
  };

  const closeMenus = (except) => {
    document.querySelectorAll("details.menu[open]").forEach((m) => m !== except && (m.open = false));
  };

  document.addEventListener("click", (e) => {
    const button = e.target.closest("[data-copy]");
    if (button) copy(button);
    closeMenus(e.target.closest("details.menu"));
  });

  document.addEventListener("input", (e) => {
    const form = e.target.closest("form[data-guard]");
    if (form) guard(form, true);
  });

  // A preset fills the field; "other" empties it and puts the cursor there.
  document.addEventListener("change", (e) => {
    if (e.target.name !== "preset") return;
    const amount = e.target.form.elements.namedItem("amount");
    const other = e.target.value === "other";
    amount.value = other ? "" : e.target.value;
    if (other) amount.focus();
  });

  document.addEventListener("submit", (e) => {
    if (e.target.matches("form[data-guard]")) guard(e.target, false);
  });
  addEventListener("beforeunload", (e) => {
    if (guarded.size > 0) e.preventDefault();
  });

  // Keys: "/" searches, "g" and a letter goes, "?" lists, Esc closes.
  let going = 0;
  document.addEventListener("keydown", (e) => {
    if (e.key === "Escape") return closeMenus(null);
    if (e.ctrlKey || e.metaKey || e.altKey || typing(e.target)) return;
    if (Date.now() - going < 1500) {
      going = 0;
      const target = document.querySelector(`[data-go="${CSS.escape(e.key)}"]`);
      if (target) location.assign(target.dataset.href);
      return;
    }
    if (e.key === "/") {
      const search = document.getElementById("q") ?? document.getElementById("search");
      if (search && search.offsetParent !== null) {
        e.preventDefault();
        search.focus();
        search.select();
      }
    } else if (e.key === "?") {
      document.getElementById("shortcuts")?.showModal();
    } else if (e.key === "g") {
      going = Date.now();
    } else {
      pressKeyed(e);
    }
  });

  // A button with data-key is pressed by that key while something in its data-keys part has the focus. Otherwise the key
  // goes to the first such button, so that nobody presses what they are not looking at.
  const pressKeyed = (e) => {
    const selector = `[data-key="${CSS.escape(e.key)}"]`;
    const all = document.querySelectorAll(selector);
    const here = e.target.closest("[data-keys]")?.querySelector(selector);
    if (here) here.click();
    else all[0]?.focus();
    if (all.length > 0) e.preventDefault();
  };

  // What follows something by itself rests while nobody looks.
  document.addEventListener("htmx:beforeRequest", (e) => {
    if (document.hidden && e.target.closest("[data-follow]")) e.preventDefault();
  });

  document.addEventListener("htmx:load", (e) => showCopyButtons(e.detail.elt));
  showCopyButtons(document);
  document.querySelector(".side [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
})();

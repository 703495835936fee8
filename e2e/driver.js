// The driver's eyes and hands: functions that find things as people do, by what they say. They run at a verb's command, so
// they work where scripts are turned off, too.
() => {
  const flat = (s) => (s ?? "").replace(/\s+/g, " ").trim();
  const seen = (el) => el.checkVisibility({ visibilityProperty: true }) && el.getClientRects().length > 0;
  const part = (name) => {
    if (!name.startsWith("row:")) return document.querySelector(name);
    const rows = [...document.querySelectorAll("tr")].filter((r) => seen(r) && flat(r.innerText).includes(name.slice(4)));
    return rows[0] ?? null;
  };
  // best returns what says text: exactly, else at its beginning, else somewhere.
  const best = (all, say, text) => {
    for (const fits of [(s) => s === text, (s) => s.startsWith(text), (s) => s.includes(text)]) {
      const hits = all.filter((el) => fits(flat(say(el))));
      if (hits.length > 0) return hits;
    }
    return [];
  };
  const name = (el) => el.getAttribute("aria-label") ?? el.innerText ?? el.value;
  const field = (label) => {
    const hit = best([...document.querySelectorAll("label")].filter((l) => l.control && (seen(l.control) || seen(l))), (l) => l.innerText, label)[0];
    return hit?.control ?? null;
  };
  return {
    address: () => location.href,
    back: () => (history.back(), true),
    leaving: () => document.readyState !== "complete" || document.querySelector('meta[http-equiv="refresh"][content^="0;"]') !== null,
    partText: (name) => part(name)?.innerText ?? "",
    findSpot: (within, text) => {
      const root = part(within);
      if (!root) return { Problem: "there is no " + within };
      let hits = best([...root.querySelectorAll("a, button, summary, label")].filter(seen), name, text);
      if (hits.length > 1) {
        const inMain = hits.filter((el) => el.closest("main"));
        if (inMain.length > 0) hits = inMain;
      }
      if (hits.length === 0) return { Problem: "nothing says so" };
      if (new Set(hits.map((el) => el.href ?? el)).size > 1) return { Problem: hits.length + " things say so" };
      const el = hits[0];
      if (el.disabled) return { Problem: "it is disabled" };
      el.scrollIntoView({ block: "center", behavior: "instant" });
      const box = el.getClientRects()[0];
      const X = box.x + box.width / 2, Y = box.y + box.height / 2;
      const top = document.elementFromPoint(X, Y);
      if (!top || !(el.contains(top) || top.contains(el))) return { Problem: "it is covered by " + (top?.outerHTML ?? "nothing").slice(0, 120) };
      const link = el.closest("a[href]");
      const stays = window.htmx && el.form?.matches("[hx-post]"); // the answer takes the place of a part of the page
      const submits = el.form && el.type === "submit" && el.form.method !== "dialog" && !stays;
      return { X, Y, Leads: Boolean(submits || (link && !link.getAttribute("href").startsWith("#"))), Problem: "" };
    },
    focusField: (label, text) => {
      const el = field(label);
      if (!el) return { Problem: "no field has this label" };
      el.scrollIntoView({ block: "center", behavior: "instant" });
      if (el.tagName === "SELECT") {
        const choice = best([...el.options], (o) => o.label, text)[0];
        if (!choice) return { Problem: "there is no such choice" };
        el.value = choice.value;
        el.dispatchEvent(new Event("input", { bubbles: true }));
        el.dispatchEvent(new Event("change", { bubbles: true }));
        return { Leads: false, Problem: "" };
      }
      if (el.type === "datetime-local") { // typed in parts that differ from place to place
        el.value = text;
        el.dispatchEvent(new Event("input", { bubbles: true }));
        return { Leads: false, Problem: el.value === text ? "" : "it is no time" };
      }
      el.focus();
      if (document.activeElement !== el) return { Problem: "it takes no focus" };
      el.select();
      return { Leads: true, Problem: "" };
    },
    fieldValue: (label) => {
      const el = field(label);
      return el ? { Value: el.type === "radio" || el.type === "checkbox" ? String(el.checked) : el.value, Problem: "" } : { Problem: "no field has this label" };
    },
    fieldID: (label) => field(label)?.id ?? "",
    aboutField: (label) => {
      const el = field(label);
      const ids = (el?.getAttribute("aria-describedby") ?? "").split(" ");
      return { Invalid: el?.getAttribute("aria-invalid") ?? "", Says: flat(ids.map((id) => document.getElementById(id)?.innerText).join(" ")) };
    },
    focusName: () => {
      const el = document.activeElement;
      if (!el || el === document.body) return "nothing";
      return flat(el.labels?.[0]?.innerText ?? name(el));
    },
    links: () => [...document.querySelectorAll("a[href]:not([download])")].map((a) => a.href.split("#")[0]),
    width: (limit) => {
      const wide = [...document.querySelectorAll("body *")].filter((el) => el.getBoundingClientRect().right > limit + 1 && seen(el));
      return { Width: document.documentElement.scrollWidth, Wide: wide.slice(0, 5).map((el) => el.outerHTML.slice(0, 160)) };
    },
    state: () => ({
      Title: document.title,
      Heading: flat(document.querySelector("h1")?.innerText),
      Errors: document.querySelectorAll("[aria-invalid=true], .error-summary, .alert").length > 0,
      Flash: document.querySelector(".flash") !== null,
      Empty: document.querySelector(".empty") !== null,
      Above: flat(document.querySelector(".crumbs")?.innerText),
      Badges: [...new Set([...document.querySelectorAll("main dl .badge")].map((b) => flat(b.innerText)))].sort().join(),
    }),
  };
}

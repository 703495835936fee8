// Starts swagger-ui over the document that the page names. Nothing is asked of any other host, and nothing is kept.
"use strict";

(() => {
  // Where the reader has chosen no theme, their machine has, and may choose another one meanwhile.
  const root = document.documentElement;
  if (!root.classList.contains("light") && !root.classList.contains("dark")) {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => root.classList.toggle("dark-mode", dark.matches);
    dark.addEventListener("change", follow);
    follow();
  }

  const place = document.getElementById("explorer");
  SwaggerUIBundle({
    domNode: place,
    url: place.dataset.document,
    deepLinking: true,
    validatorUrl: null,
    docExpansion: "list",
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
  });
})();

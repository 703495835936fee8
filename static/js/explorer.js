// Starts swagger-ui over the document that the page names. Nothing is asked of any other host, and nothing is kept.
"use strict";

(() => {
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

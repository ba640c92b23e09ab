// For print folds are open, those of the evidence only if that is asked for; what was closed is closed again.
(() => {
  let opened = [];
  addEventListener("beforeprint", () => {
    const evidence = document.getElementById("print-evidence")?.checked;
    const closed = document.querySelectorAll(evidence ? "details:not([open])" : "details:not([open]):not(.frame)");
    opened = [...closed];
    for (const fold of opened) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of opened) fold.open = false;
    opened = [];
  });
})();

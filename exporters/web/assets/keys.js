// Keyboard shortcuts. Nothing else needs this script.
(() => {
  "use strict";
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const link = (row) => row && row.querySelector("a[href]");
  const help = document.getElementById("keys");
  const opener = document.getElementById("keys-open");

  const move = (step) => {
    const list = rows();
    const at = list.findIndex((row) => row.contains(document.activeElement));
    const next = link(list[at < 0 ? (step > 0 ? 0 : list.length - 1) : at + step]);
    if (next) {
      next.focus();
      next.scrollIntoView({ block: "nearest" });
    }
  };

  const search = () => {
    const field = document.getElementById("q");
    if (field) {
      field.focus();
      field.select();
      return;
    }
    const findings = document.querySelector('nav a[href*="/findings"]');
    if (findings) location.assign(findings.href + "#q");
  };

  const keys = {
    "/": search,
    j: () => move(1),
    k: () => move(-1),
    "?": () => help.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea, dialog");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });

  opener.hidden = false;
  opener.addEventListener("click", () => help.showModal());
  if (location.hash === "#q") search();
})();

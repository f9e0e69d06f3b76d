// Small comforts only: every page does its work without this file.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) {
    window.print();
  }
});

// An update that never arrived must not pass in silence.
document.addEventListener("htmx:sendError", () => {
  document.getElementById("live").textContent = "";
  for (const note of document.querySelectorAll("[data-offline]")) {
    note.hidden = false;
    note.focus();
  }
});

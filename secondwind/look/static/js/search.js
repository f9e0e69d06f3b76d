// The results follow a filter that is chosen; the address follows them, so that it can be kept and sent.

document.addEventListener("htmx:afterSettle", (event) => {
  const form = document.querySelector("[data-search]");
  if (form && event.target.id === "results") {
    const asked = new URLSearchParams(new FormData(form));
    for (const [name, value] of [...asked]) {
      if (!value) {
        asked.delete(name);
      }
    }
    history.replaceState(null, "", `?${asked}`);
    document.getElementById("live").textContent =
      event.target.querySelector("[data-count]")?.textContent ?? "Nothing fits";
  }
});

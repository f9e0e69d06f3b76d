// Comforts for the body map, which does its work without them: equal boxes keep in step, the chosen places are named,
// a near miss still counts, and the arrow keys walk from place to place.
(() => {
  const NEAR = [5, 9, 13]; // how far from a touch a place is looked for, in CSS pixels
  const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

  const boxes = (map) => map.querySelectorAll('input[name="region"]');

  const nameOf = (box) => box.closest("label").querySelector("span").textContent.trim();

  function nameChosen(map) {
    const names = new Map();
    for (const box of boxes(map)) {
      if (box.checked && !names.has(box.value)) {
        names.set(box.value, nameOf(box));
      }
    }
    const line = map.querySelector("[data-bodymap-chosen]");
    line.textContent = names.size ? `Chosen: ${[...names.values()].join("; ")}` : "";
  }

  function keepInStep(map, box) {
    for (const other of boxes(map)) {
      if (other.value === box.value) {
        other.checked = box.checked;
      }
    }
    nameChosen(map);
  }

  // The place nearest to a touch that hit the drawing but none of its places.
  function placeNear(canvas, x, y) {
    for (const distance of NEAR) {
      for (let turn = 0; turn < 12; turn += 1) {
        const angle = (turn * Math.PI) / 6;
        const hit = document.elementFromPoint(x + distance * Math.cos(angle), y + distance * Math.sin(angle));
        const label = hit?.closest(".bm-region");
        if (label && canvas.contains(label)) {
          return label;
        }
      }
    }
    return null;
  }

  function centre(box) {
    const mark = box.parentElement.querySelector(".bm-mark").getBoundingClientRect();
    return [mark.x + mark.width / 2, mark.y + mark.height / 2];
  }

  // The next place in the direction of an arrow key: near, and rather ahead than aside.
  function placeTowards(box, [dx, dy]) {
    const [x, y] = centre(box);
    let best = null;
    let least = Infinity;
    for (const other of box.closest(".bm-canvas").querySelectorAll("input")) {
      const [otherX, otherY] = centre(other);
      const ahead = (otherX - x) * dx + (otherY - y) * dy;
      const aside = Math.abs((otherX - x) * dy) + Math.abs((otherY - y) * dx);
      const cost = ahead + 2 * aside;
      if (other !== box && ahead > 2 && ahead > aside / 2 && cost < least) {
        best = other;
        least = cost;
      }
    }
    return best;
  }

  document.addEventListener("change", (event) => {
    const map = event.target.closest?.("[data-bodymap]");
    if (map && event.target.name === "region") {
      keepInStep(map, event.target);
    }
  });

  document.addEventListener("click", (event) => {
    if (event.target.matches?.(".bm-canvas, .bm-body, .bm-body *")) {
      const canvas = event.target.closest(".bm-canvas");
      placeNear(canvas, event.clientX, event.clientY)?.querySelector("input").click();
    }
  });

  document.addEventListener("keydown", (event) => {
    const step = ARROWS[event.key];
    if (step && event.target.matches?.(".bm-region > input")) {
      const next = placeTowards(event.target, step);
      if (next) {
        event.preventDefault();
        next.focus();
      }
    }
  });

  // A box that the browser kept from an earlier visit of the page speaks for its equals as well.
  for (const map of document.querySelectorAll("[data-bodymap]")) {
    const kept = new Set([...boxes(map)].filter((box) => box.checked).map((box) => box.value));
    for (const box of boxes(map)) {
      box.checked = kept.has(box.value);
    }
    nameChosen(map);
  }
})();

// Pointing at a drawing reads it out, and shows the same place in the other drawings of the run. All figures
// are in the table below each drawing, so nothing is lost without this.

const SVG = "http://www.w3.org/2000/svg";

class Reading {
  constructor(drawing) {
    this.drawing = drawing;
    this.points = JSON.parse(drawing.dataset.points);
    this.words = drawing.closest(".picture").querySelector(".picture-reading");
    this.words.dataset.ready = "";
    this.isRoute = drawing.classList.contains("pic-route");
    this.isRun = drawing.closest(".picture").hasAttribute("data-run");
    // A title in a drawing would cover it as a tooltip; its name comes from here just as well.
    drawing.setAttribute("aria-label", drawing.querySelector("title").textContent);
    drawing.removeAttribute("aria-labelledby");
    drawing.setAttribute("aria-description", drawing.querySelector("desc").textContent);
    for (const title of drawing.querySelectorAll(":scope > title")) {
      title.remove();
    }
    this.line = this.add("line", "pic-cursor");
    this.dot = this.add("circle", "pic-cursor-dot");
    this.dot.setAttribute("r", this.isRoute ? 7 : 4);
    this.hide();
  }

  add(tag, kind) {
    const element = document.createElementNS(SVG, tag);
    element.setAttribute("class", kind);
    this.drawing.append(element);
    return element;
  }

  // The point nearest to the pointer: across in a chart, on the plane in a route.
  at(event) {
    const box = this.drawing.getBoundingClientRect();
    const gutter = parseFloat(getComputedStyle(this.drawing).paddingInlineStart);
    const x = ((event.clientX - box.left - gutter) / (box.width - gutter)) * 100;
    const y = ((event.clientY - box.top) / box.height) * 100;
    const { x: xs, y: ys } = this.points;
    const far = (i) =>
      this.isRoute ? Math.hypot((xs[i] - x) * box.width, (ys[i] - y) * box.height) : Math.abs(xs[i] - x);
    return xs.reduce((best, _, i) => (far(i) < far(best) ? i : best), 0);
  }

  near(way) {
    return this.points.way.reduce(
      (best, value, i) => (Math.abs(value - way) < Math.abs(this.points.way[best] - way) ? i : best),
      0,
    );
  }

  show(i) {
    const { x, y, say } = this.points;
    const top = this.isRoute ? `${y[i]}%` : `${y[i]}`;
    this.dot.setAttribute("cx", `${x[i]}%`);
    this.dot.setAttribute("cy", top);
    if (!this.isRoute) {
      this.line.setAttribute("x1", `${x[i]}%`);
      this.line.setAttribute("x2", `${x[i]}%`);
      this.line.setAttribute("y1", "0");
      this.line.setAttribute("y2", `${this.drawing.getBoundingClientRect().height - 20}`);
      this.line.removeAttribute("visibility");
    }
    this.dot.removeAttribute("visibility");
    this.words.textContent = say[i];
  }

  hide() {
    this.line.setAttribute("visibility", "hidden");
    this.dot.setAttribute("visibility", "hidden");
    this.words.textContent = "";
  }
}

const readings = [...document.querySelectorAll("svg[data-points]")].map((drawing) => new Reading(drawing));

for (const reading of readings) {
  const together = reading.isRun ? readings.filter((other) => other.isRun) : [reading];
  reading.drawing.addEventListener("pointermove", (event) => {
    const i = reading.at(event);
    for (const other of together) {
      other.show(other === reading ? i : other.near(reading.points.way[i]));
    }
  });
  reading.drawing.addEventListener("pointerleave", () => {
    for (const other of together) {
      other.hide();
    }
  });
}

// While somebody writes: the draft is saved, pictures go where the cursor is, the preview takes the focus.
// Without this file the buttons of the form do the same.

const PAUSE_MS = 1500; // after the last key
const LONGEST_MS = 4000; // while the keys go on
const RETRY_MS = 5000;
const LEAVE_MS = 2000; // that a button waits for a save on its way
const PATIENCE_MS = 10000; // for an answer of the server
const KEEPALIVE_BYTES = 60000; // more than this a browser does not send from a page that is left

const form = document.querySelector("form[data-composer]");
const live = document.getElementById("live");

if (form) {
  const text = form.elements.namedItem("body");
  for (const element of form.querySelectorAll("[data-by-hand]")) {
    element.hidden = true;
  }
  const draft = form.dataset.save ? keepDraft(form, text) : null;
  takePictures(form, text);
  text.setSelectionRange(text.value.length, text.value.length); // who goes on writing does so at the end
  form.addEventListener("htmx:afterSwap", (event) => {
    form.querySelector("[data-preview-above]")?.remove();
    event.detail.target.focus();
    event.detail.target.scrollIntoView({ block: "nearest" });
  });
  form.addEventListener("submit", (event) => draft?.leave(event));
}

// --- The draft ----------------------------------------------------------------------------------------------

function keepDraft(form, text) {
  const status = form.querySelector("[data-status]");
  const discard = form.querySelector("[data-throw]");
  const seen = form.elements.namedItem("seen");
  let saved = words(); // what the server has
  let unanswered = null; // what was sent and not answered: sent again as it was, for the server may have it
  let running = null; // the save on its way
  let timer = 0;
  let changedAt = 0; // when the first change came that is not saved
  let failed = false;
  let waits = "waits" in form.dataset; // until the writer has chosen between two drafts
  let left = false;

  function words() {
    const fields = new FormData(form);
    fields.delete("pictures");
    fields.delete("seen");
    return new URLSearchParams(fields).toString();
  }

  function say(sentence, { aloud = false } = {}) {
    status.textContent = sentence;
    status.hidden = false;
    if (aloud) {
      live.textContent = sentence;
    }
  }

  function plan() {
    if (waits || left || words() === saved) {
      return;
    }
    changedAt ||= Date.now();
    clearTimeout(timer);
    timer = setTimeout(save, Math.max(0, Math.min(PAUSE_MS, changedAt + LONGEST_MS - Date.now())));
  }

  function save() {
    clearTimeout(timer);
    if (!running && !waits) {
      running = send().finally(() => {
        running = null;
        if (!failed) {
          plan();
        }
      });
    }
    return running;
  }

  async function send() {
    const sending = unanswered ?? words();
    changedAt = 0;
    unanswered = sending;
    const data = new URLSearchParams(sending);
    data.set("seen", seen.value);
    let response;
    let answer;
    try {
      response = await fetch(form.dataset.save, {
        method: "POST",
        body: data,
        keepalive: data.toString().length < KEEPALIVE_BYTES,
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      answer = await response.json();
    } catch {
      return tryAgain(response);
    }
    unanswered = null;
    if (!response.ok) {
      return refused(response, answer);
    }
    saved = sending;
    seen.value = answer.seen;
    say(answer.at ? `Draft saved at ${answer.at}` : "No draft kept", { aloud: failed || discard.hidden });
    discard.hidden = !answer.at;
    failed = false;
  }

  function tryAgain(response) {
    if (response?.status === 403) {
      return say("Not saved: you have signed in anew since. Copy your text and open this page again.", { aloud: true });
    }
    const why = response ? "the site did not answer as it should" : "no connection";
    say(`Not saved: ${why}. Your text stays in this page, and saving is tried again.`, { aloud: !failed });
    failed = true;
    timer = setTimeout(save, RETRY_MS);
  }

  function refused(response, answer) {
    if (response.status === 409) {
      say("Not saved: choose one of the two texts.");
      waits = true;
      seen.value = answer.seen;
      const place = form.querySelector("[data-other]");
      place.innerHTML = answer.html;
      place.firstElementChild.focus();
    } else {
      say(`Not saved. ${answer.problem}`, { aloud: true });
      saved = words(); // the same words would be refused again; the next change is tried
    }
  }

  // The answer to a save that is on its way says which draft this page has, so it is waited for.
  function leave(event) {
    clearTimeout(timer);
    if (running && !left) {
      const { submitter } = event;
      event.preventDefault();
      Promise.race([running, new Promise((go) => setTimeout(go, LEAVE_MS))]).then(() => {
        if (waits && submitter?.value === "post") {
          left = false; // first the writer has to see what another device wrote
        } else {
          form.requestSubmit(submitter);
        }
      });
    }
    left = true;
  }

  form.addEventListener("input", plan);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && !left && words() !== saved) {
      save();
    }
  });
  window.addEventListener("online", () => failed && save());
  window.addEventListener("pagehide", () => {
    if (!left && !waits && !running && words() !== saved) {
      const data = new URLSearchParams(words());
      data.set("seen", seen.value);
      navigator.sendBeacon(form.dataset.save, data);
    }
  });
  window.addEventListener("pageshow", (event) => {
    left = false;
    if (event.persisted && !waits) {
      save(); // the server may have what was sent on leaving
    }
  });
  if (text.value !== text.defaultValue) {
    saved = ""; // the browser brought back what was typed before
    plan();
  }
  return { leave };
}

// --- Pictures -----------------------------------------------------------------------------------------------

function takePictures(form, text) {
  const input = form.elements.namedItem("pictures");
  const status = form.querySelector("[data-picture-status]");
  const thumbnails = form.querySelector("[data-thumbnails]");
  const most = Number(input.dataset.most);

  input.addEventListener("change", async () => {
    await send([...input.files]);
    input.value = "";
  });
  text.addEventListener("paste", (event) => takeFrom(event, event.clipboardData));
  text.addEventListener("drop", (event) => takeFrom(event, event.dataTransfer));

  function takeFrom(event, transfer) {
    const files = [...(transfer?.files ?? [])].filter((file) => file.type.startsWith("image/"));
    if (files.length) {
      event.preventDefault();
      send(files);
    }
  }

  async function send(files) {
    if (files.length > most) {
      status.textContent = `Choose ${most} pictures at most at a time.`;
      return;
    }
    status.textContent = files.length > 1 ? `Sending ${files.length} pictures …` : "Sending the picture …";
    const data = new FormData();
    data.set("csrfmiddlewaretoken", form.elements.namedItem("csrfmiddlewaretoken").value);
    for (const file of files) {
      data.append("pictures", file);
    }
    try {
      const response = await fetch(form.dataset.pictures, { method: "POST", body: data });
      const answer = await response.json();
      answer.pictures.forEach(insert);
      status.textContent = answer.problems.join(" ") || "The picture is in your text.";
    } catch {
      status.textContent = "The picture was not sent. Check the connection and try again.";
    }
  }

  function insert({ markdown, address }) {
    const before = text.value.slice(0, text.selectionStart);
    const lead = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    text.setRangeText(`${lead}${markdown}\n\n`, text.selectionStart, text.selectionEnd, "end");
    const item = document.createElement("li");
    const image = document.createElement("img");
    image.src = address;
    image.alt = "A picture in your text";
    item.append(image);
    thumbnails.append(item);
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

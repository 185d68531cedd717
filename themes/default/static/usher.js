// What a page does better with a script. Every form works without it.
"use strict";

// Show and hide a password; it is hidden again before it is sent.
for (const button of document.querySelectorAll(".reveal")) {
  const input = document.getElementById(button.getAttribute("aria-controls"));
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  };
  button.hidden = false;
  button.addEventListener("click", () => show(input.type === "password"));
  input.form.addEventListener("submit", () => show(false));
}

// Which rules a new password meets already. Only the server can say it of the others.
for (const list of document.querySelectorAll("[data-rules]")) {
  const input = document.getElementById(list.dataset.rules);
  const length = list.querySelector("[data-min]");
  if (!length) continue;
  const said = length.querySelector("span");
  input.addEventListener("input", () => {
    const met = Array.from(input.value.normalize("NFC")).length >= Number(length.dataset.min);
    // What was wrong with what was sent says nothing about what is typed now.
    for (const line of list.querySelectorAll(".broken")) {
      line.classList.remove("broken");
      line.querySelector("span").textContent = "";
    }
    length.classList.toggle("met", met);
    said.textContent = met ? length.dataset.met + " " : "";
  });
}

// A form is sent once. The button keeps its value, so it is never disabled.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
});

// Filter a list while typing. What was searched on the server is searched there again.
for (const form of document.querySelectorAll("form[data-filter]")) {
  const list = document.getElementById(form.dataset.filter);
  const input = form.elements.q;
  const status = form.querySelector("[role=status]");
  if (!list || input.defaultValue) continue;
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const choices = Array.from(list.querySelectorAll("[data-text]"), (element) => ({
    element,
    radio: element.querySelector("input"),
    text: plain(element.dataset.text),
  }));
  input.addEventListener("input", () => {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    const shown = choices.filter(({ text }) => words.every((word) => text.includes(word)));
    for (const { element, radio, text } of choices) {
      element.hidden = !words.every((word) => text.includes(word));
      // What cannot be seen must not be sent.
      if (element.hidden) radio.checked = false;
    }
    if (words.length && shown.length === 1) shown[0].radio.checked = true;
    status.textContent = shown.length ? "" : status.dataset.none;
  });
}

// A menu closes by Escape and by a click elsewhere.
for (const menu of document.querySelectorAll("details[data-menu]")) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

// Browsers that know `autofocus` on fields only do not focus the summary of errors by themselves.
const summary = document.getElementById("error-summary");
if (summary && !("autofocus" in HTMLElement.prototype)) summary.focus();

// The answer of response_mode=form_post goes on by itself.
const answer = document.querySelector("form[data-autosubmit]");
if (answer) HTMLFormElement.prototype.submit.call(answer);

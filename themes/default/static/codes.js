// Recovery codes: to the clipboard and to the printer. The file comes from the server, without a script.
"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  const codes = document.getElementById(button.dataset.copy);
  const status = document.getElementById(button.dataset.copied);
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const lines = Array.from(codes.querySelectorAll("code"), (code) => code.textContent);
    try {
      await navigator.clipboard.writeText(lines.join("\n"));
      status.textContent = status.dataset.done;
    } catch {
      // Not allowed here: the codes are selected, to be copied by hand.
      getSelection().selectAllChildren(codes);
    }
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

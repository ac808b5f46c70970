// Comfort only: every page and action works without this file.

// Product keys are grouped by five while typing; the server reads them with or without separators.
for (const input of document.querySelectorAll("[data-product-key]")) {
  input.addEventListener("input", () => {
    const before = input.value.slice(0, input.selectionStart ?? input.value.length);
    const kept = before.replace(/[^0-9a-z]/gi, "").length;
    const symbols = input.value.toUpperCase().replace(/[^0-9A-Z]/g, "");
    // Several keys pasted at once stay as they are: the server takes them apart.
    if (symbols.length > 25) return;
    const grouped = symbols.replace(/(.{5})(?=.)/g, "$1-");
    if (grouped === input.value) return;
    input.value = grouped;
    const at = kept + Math.max(0, Math.ceil(kept / 5) - 1);
    input.setSelectionRange(at, at);
  });
}

// A form with a question asks it in a dialog first.
for (const form of document.querySelectorAll("form[data-confirm]")) {
  form.addEventListener("submit", (event) => {
    const button = event.submitter ?? form.querySelector("button");
    event.preventDefault();
    const dialog = document.createElement("dialog");
    dialog.className = "confirm";
    const text = document.createElement("p");
    text.id = "confirm-question";
    text.textContent = form.dataset.confirm;
    dialog.setAttribute("aria-labelledby", text.id);
    const row = document.createElement("div");
    row.className = "buttons";
    const yes = document.createElement("button");
    yes.type = "button";
    yes.className = button.className;
    yes.textContent = button.textContent;
    const no = document.createElement("button");
    no.type = "button";
    no.className = "button";
    no.autofocus = true;
    no.textContent = form.dataset.confirmNo;
    row.append(yes, no);
    dialog.append(text, row);
    document.body.append(dialog);
    dialog.addEventListener("close", () => dialog.remove());
    no.addEventListener("click", () => dialog.close());
    yes.addEventListener("click", () => {
      dialog.close();
      if (button.name) {
        const hidden = document.createElement("input");
        hidden.type = "hidden";
        hidden.name = button.name;
        hidden.value = button.value;
        form.append(hidden);
      }
      form.submit();
    });
    dialog.showModal();
  });
}

// Tables that show all their rows can be narrowed.
for (const table of document.querySelectorAll("table[data-filter]")) {
  const rows = [...table.tBodies[0].rows];
  if (rows.length < 6) continue;
  const box = document.createElement("div");
  box.className = "field filter";
  const label = document.createElement("label");
  const input = document.createElement("input");
  const none = document.createElement("p");
  input.type = "search";
  input.id = `${table.id}-filter`;
  label.htmlFor = input.id;
  label.textContent = table.dataset.filter;
  none.setAttribute("role", "status");
  none.className = "hint";
  box.append(label, input, none);
  (table.closest(".table-box") ?? table).before(box);
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown += 1;
    }
    none.textContent = shown ? "" : table.dataset.filterNone;
  });
}

// An unavailable action says why instead of doing nothing.
for (const button of document.querySelectorAll('button[aria-disabled="true"]')) {
  button.addEventListener("click", () => {
    document.getElementById(button.getAttribute("aria-describedby"))?.scrollIntoView({ block: "nearest" });
  });
}

document.querySelector("[data-focus]")?.focus();

// The pane of the signed-in person closes with Escape or a click elsewhere.
const me = document.querySelector("details.me");
if (me) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && me.open) {
      me.open = false;
      me.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!me.contains(event.target)) me.open = false;
  });
}

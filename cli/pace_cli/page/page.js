"use strict";
// The page's own hand: files go one by one to this computer's own server, what comes back is shown where it belongs.

const page = document.documentElement.dataset.page;
const find = (selector, root = document) => root.querySelector(selector);
const ACTIVITY = /\.(fit|gpx|tcx|gz|zip)$/i; // of a folder, only these are opened
const MOST_PEOPLE = 6;
const MOST_PROBLEMS = 8; // lines under a person's files; the rest is counted
const people = [];
let busy = Promise.resolve();

async function post(path, body) {
  let response;
  try {
    response = await fetch(`${page}/${path}`, { method: "POST", body });
  } catch {
    throw new Error("The page has lost its program. Start it again with: pace open");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw Object.assign(new Error(answer.message || "That did not work."), { fields: answer.fields });
  return answer;
}

const counted = (n, one, many) => `${n} ${n === 1 ? one : many}`;

function say(text) { find("#state").textContent = text; }

function trouble(text) {
  const place = find("#trouble");
  place.textContent = text;
  place.hidden = !text;
}

// --- People -----------------------------------------------------------------------------------------------------

function addPerson() {
  const n = people.length;
  const box = find("#person").content.cloneNode(true).firstElementChild;
  find("legend", box).textContent = ["The therapist", "The client"][n] || `Client ${n}`;
  for (const input of box.querySelectorAll("[data-name]")) {
    const name = input.dataset.name;
    input.id = input.name = `people.${n}.${name}`;
    find(`[data-for="${name}"]`, box).htmlFor = input.id;
    const error = find(`[data-error="${name}"]`, box);
    if (!error) continue;
    error.id = `${input.id}-error`;
    input.setAttribute("aria-describedby", error.id);
  }
  find('[data-name="label"]', box).value = ["therapist", "client"][n] || `client ${n}`;
  find("#people").append(box);
  const person = { n, box, used: 0, leftOut: [], passedOver: 0 };
  people.push(person);
  for (const input of box.querySelectorAll('[type="file"]')) {
    input.addEventListener("change", () => {
      const files = [...input.files];
      const kept = input.webkitdirectory ? files.filter((file) => ACTIVITY.test(file.name)) : files;
      person.passedOver += files.length - kept.length;
      take(person, kept);
      input.value = "";
    });
  }
  find(".clear", box).addEventListener("click", () => clear(person));
  const drop = find(".drop", box);
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
  drop.addEventListener("drop", async (event) => {
    event.preventDefault();
    const dropped = [...event.dataTransfer.items].filter((item) => item.kind === "file");
    const given = dropped.map((item) => item.webkitGetAsEntry() || item.getAsFile()); // now: after a wait they are gone
    const found = (await Promise.all(given.map((one) => one instanceof File ? [one] : inside(one, false)))).flat();
    person.passedOver += found.filter((file) => !file).length;
    take(person, found.filter(Boolean));
  });
  find("#more").hidden = people.length >= MOST_PEOPLE;
  return person;
}

// Every file in what was dropped; null for a file of a folder that is no recording by its name.
async function inside(entry, ofFolder) {
  if (entry.isFile) {
    if (ofFolder && !ACTIVITY.test(entry.name)) return [null];
    return [await new Promise((done, failed) => entry.file(done, failed))];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!some.length) break;
    for (const one of some) found.push(...await inside(one, true));
  }
  return found;
}

function take(person, files) {
  if (!files.length) return showSum(person);
  wrong(`people.${person.n}.files`, "");
  busy = busy.then(() => readAll(person, files));
  return busy;
}

async function readAll(person, files) {
  const row = find(".progress", person.box);
  const bar = find("progress", row);
  row.hidden = false;
  bar.max = files.length;
  find("#find").disabled = true;
  for (const [i, file] of files.entries()) {
    bar.value = i;
    find("span", row).textContent = `Reading ${i + 1} of ${files.length}`;
    try {
      const found = await post(`people/${person.n}/files?name=${encodeURIComponent(file.name)}`, file);
      person.used = found.recordings;
      person.leftOut.push(...found.left_out);
    } catch (error) {
      person.leftOut.push({ file: file.name, reason: error.message });
    }
  }
  row.hidden = true;
  find("#find").disabled = false;
  showSum(person);
}

function showSum(person) {
  const sum = find(".sum", person.box);
  const list = find(".problems", person.box);
  const parts = [];
  if (person.used) parts.push(`${counted(person.used, "recording", "recordings")} on foot can be used.`);
  if (person.leftOut.length) parts.push(`${counted(person.leftOut.length, "was", "were")} left out:`);
  if (person.passedOver) parts.unshift(`${counted(person.passedOver, "other file", "other files")} not opened.`);
  sum.textContent = parts.join(" ");
  list.replaceChildren(...person.leftOut.slice(0, MOST_PROBLEMS).map((left) => {
    const item = document.createElement("li");
    item.textContent = `${left.file}: ${left.reason}`;
    return item;
  }));
  if (person.leftOut.length > MOST_PROBLEMS) {
    const item = document.createElement("li");
    item.textContent = `and ${person.leftOut.length - MOST_PROBLEMS} more`;
    list.append(item);
  }
  find(".clear", person.box).hidden = !person.used && !person.leftOut.length;
}

async function clear(person) {
  await post(`people/${person.n}/clear`);
  Object.assign(person, { used: 0, leftOut: [], passedOver: 0 });
  showSum(person);
  find('[type="file"]', person.box).focus();
}

// --- The answer -------------------------------------------------------------------------------------------------

function wrong(name, message) {
  const place = document.getElementById(`${name}-error`);
  if (!place) return false;
  place.textContent = message;
  const input = document.getElementById(name);
  if (message) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
  const box = message && input.closest("details");
  if (box) box.open = true;
  return true;
}

function typed() {
  const value = (id) => document.getElementById(id).value;
  const given = Object.fromEntries(["minutes", "lead", "units", "grade", "temperature"].map((id) => [id, value(id)]));
  given.people = people.map((person) => Object.fromEntries(
    [...person.box.querySelectorAll("input:not([type=file])")].map((input) => [input.dataset.name, input.value])));
  return given;
}

async function answer(event) {
  event.preventDefault();
  for (const place of document.querySelectorAll(".error")) wrong(place.id.replace(/-error$/, ""), "");
  trouble("");
  say("Looking for a shared pace …");
  find("#find").disabled = true;
  try {
    const found = await post("answer", JSON.stringify(typed()));
    say(found.sentence);
    show();
  } catch (error) {
    say("");
    const fields = Object.entries(error.fields || {});
    for (const [name, message] of fields) if (!wrong(name, message)) trouble(message);
    if (!error.fields) trouble(error.message);
    find("[aria-invalid=true]")?.focus();
  } finally {
    find("#find").disabled = false;
  }
}

function show() {
  const frame = find("#report");
  frame.onload = () => { frame.style.height = `${frame.contentDocument.documentElement.scrollHeight + 4}px`; };
  frame.src = `${page}/report?${Date.now()}`;
  find("#save").href = `${page}/report?save`;
  find("#result").hidden = false;
  find("#result-title").focus();
}

// --- As long as it is open -----------------------------------------------------------------------------------------

async function stay() {
  try {
    const reader = (await fetch(`${page}/alive`)).body.getReader();
    while (!(await reader.read()).done);
  } catch { /* the program has ended */ }
  gone("The program behind this page has ended, and everything is forgotten. Start it again with: pace open");
}

function gone(text) {
  find("main").replaceChildren(Object.assign(document.createElement("p"), { className: "lead", textContent: text }));
}

find("#form").addEventListener("submit", answer);
find("#more").addEventListener("click", () => find('[data-name="label"]', addPerson().box).focus());
find("#forget").addEventListener("click", async () => {
  await post("forget").catch(() => {});
  gone("Everything is forgotten. You can close this page.");
});
addPerson();
addPerson();
stay();

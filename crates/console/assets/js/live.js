// A form whose parts depend on each other: what a button adds or takes away, and what is chosen, comes from the server,
// without the page. Without script the buttons send the form.
const PAUSE_MS = 300;
const ASIDE = ['words', 'made'];
let latest = 0;

/** Sends the form as if the button `value` were pressed, and puts the parts of the answer in place of those there are. */
const send = async (form, value, ids) => {
  const turn = ++latest;
  const body = new URLSearchParams([...new FormData(form)].filter(([, each]) => typeof each === 'string'));
  body.set('do', value);
  if (!ids.includes('rows')) body.set('part', 'aside');
  const answer = await fetch(form.action, { method: 'POST', body, credentials: 'same-origin' });
  if (turn !== latest || !answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const id of ids) {
    const [old, found] = [document.getElementById(id), page.getElementById(id)];
    if (!old || !found) continue;
    for (const row of old.querySelectorAll('details[id]')) {
      const same = found.querySelector(`#${row.id}`);
      if (same && row.open) same.open = true;
    }
    const at = document.activeElement;
    const name = old.contains(at) ? at.name : '';
    old.replaceWith(document.adoptNode(found));
    // Where one was; or, when that is gone, the last field that came.
    const again = name && [...found.querySelectorAll('[name]')].find((field) => field.name === name && field.value === at.value);
    if (name) (again || [...found.querySelectorAll('input:not([type=hidden]),select')].at(-1) || found).focus();
  }
};


let timer;
const later = (form, ids, pause) => {
  clearTimeout(timer);
  timer = setTimeout(send, pause, form, 'check', ids);
};

document.addEventListener('input', (event) => {
  if (event.target.matches('[data-find]')) {
    const wanted = event.target.value.trim().toLowerCase();
    const ticks = event.target.closest('fieldset').querySelectorAll('.tree .tick');
    for (const tick of ticks) tick.hidden = !tick.textContent.toLowerCase().includes(wanted);
    return;
  }
  const form = event.target.closest('form[data-live]');
  if (!form) return;
  // What is ticked meanwhile stays ticked: an answer on its way knows nothing of it.
  if (event.target.closest('.picklist')) latest += 1;
  const { finds } = event.target.dataset;
  if (finds) later(form, [finds], PAUSE_MS);
  if (finds || !event.target.closest('#rows') || !ASIDE.some((id) => document.getElementById(id))) return;
  if (event.target.matches('[data-refresh]')) later(form, ['rows', ...ASIDE], 0);
  else later(form, ASIDE, PAUSE_MS);
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !event.target.matches('input[data-finds]')) return;
  event.preventDefault();
  later(event.target.form, [event.target.dataset.finds], 0);
});
document.addEventListener('click', (event) => {
  const button = event.target.closest('form[data-live] [data-part]');
  if (!button) return;
  event.preventDefault();
  clearTimeout(timer);
  send(button.form, button.value, ['rows', ...ASIDE]);
});


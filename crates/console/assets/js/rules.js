// A new password: while one types, the server says which of its rules it keeps.
const PAUSE_MS = 250;
let [latest, timer] = [0, 0];

const ask = async (form) => {
  const turn = ++latest;
  const body = new URLSearchParams({ _token: form.elements._token.value, new: form.elements.new.value });
  const answer = await fetch(form.dataset.rules, { method: 'POST', body, credentials: 'same-origin' });
  if (turn !== latest || !answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const [old, found] = [document.getElementById('rules'), page.getElementById('rules')];
  if (old && found) old.replaceWith(document.adoptNode(found));
};

document.addEventListener('input', (event) => {
  const form = event.target.closest('form[data-rules]');
  if (!form || event.target.name !== 'new') return;
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE_MS, form);
});

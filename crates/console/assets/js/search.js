// The search over everything answers while one types: what is found stands below the field, to be gone through by keys.
import { page } from './swap.js';

const PAUSE_MS = 200;
const MOST = 8;
const form = document.querySelector('form[data-suggest]');
const field = form?.querySelector('input');
let [latest, timer, list] = [0, 0, null];

const close = () => {
  latest += 1;
  clearTimeout(timer);
  list?.remove();
  list = null;
  field.setAttribute('aria-expanded', 'false');
  field.removeAttribute('aria-activedescendant');
};

const option = (hit, at) => {
  const [link, kind] = [document.createElement('a'), document.createElement('span')];
  Object.assign(link, { href: hit.getAttribute('href'), id: `hit-${at}`, role: 'option', tabIndex: -1, ariaSelected: 'false' });
  Object.assign(kind, { className: 'sm muted push', textContent: hit.dataset.hit });
  link.append(hit.textContent, kind);
  return link;
};

const ask = async () => {
  const turn = ++latest;
  const found = await page(`/search?${new URLSearchParams({ q: field.value })}`);
  if (turn !== latest || document.activeElement !== field) return;
  const hits = [...(found?.querySelectorAll('[data-hit]') ?? [])].slice(0, MOST);
  close();
  if (hits.length === 0) return;
  list = Object.assign(document.createElement('div'), { id: 'hits', className: 'left', role: 'listbox', ariaLabel: form.dataset.suggest });
  list.append(...hits.map(option));
  form.append(list);
  field.setAttribute('aria-expanded', 'true');
};

const choose = (step) => {
  const all = [...list.children];
  const now = all.findIndex((each) => each.ariaSelected === 'true');
  const next = now < 0 && step < 0 ? all.length - 1 : (now + step + all.length) % all.length;
  all.forEach((each, at) => { each.ariaSelected = String(at === next); });
  field.setAttribute('aria-activedescendant', all[next].id);
};

const keys = {
  ArrowDown: () => choose(1),
  ArrowUp: () => choose(-1),
  Escape: close,
  Enter: () => list.querySelector('[aria-selected="true"]')?.click(),
};

if (field) {
  const parts = { role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': 'hits', autocomplete: 'off' };
  for (const [name, value] of Object.entries(parts)) field.setAttribute(name, value);
  field.addEventListener('input', () => {
    clearTimeout(timer);
    if (field.value.trim() === '') close();
    else timer = setTimeout(ask, PAUSE_MS);
  });
  field.addEventListener('keydown', (event) => {
    const chosen = list?.querySelector('[aria-selected="true"]');
    if (event.isComposing || !list || !keys[event.key] || (event.key === 'Enter' && !chosen)) return;
    event.preventDefault();
    keys[event.key]();
  });
  form.addEventListener('focusout', (event) => { if (!form.contains(event.relatedTarget)) close(); });
  form.addEventListener('pointerdown', (event) => { if (event.target.closest('[role="option"]')) event.preventDefault(); });
}

// A form of filters that answers while one types: the page it leads to is fetched, and the part that `data-swap` names is
// put in place of the one that is there.
import { bind as bindBulk } from './bulk.js';
import { bind as bindReveal } from './reveal.js';

const PAUSE_MS = 200;
let latest = 0;

/** The page at `address` as a document, or undefined where it is not to be had. */
export const page = async (address) => {
  const answer = await fetch(address, { credentials: 'same-origin', headers: { accept: 'text/html' } });
  if (!answer.ok || answer.redirected) return undefined;
  return new DOMParser().parseFromString(await answer.text(), 'text/html');
};

const swap = async (form) => {
  const turn = ++latest;
  const query = [...new FormData(form)].filter(([, value]) => value !== '');
  const address = `${form.action.split('?')[0]}?${new URLSearchParams(query)}`;
  const old = document.querySelector(form.dataset.swap);
  old?.setAttribute('aria-busy', 'true');
  const found = (await page(address))?.querySelector(form.dataset.swap);
  if (turn !== latest) return;
  if (!old || !found) { location.assign(address); return; }
  old.replaceWith(document.adoptNode(found));
  history.replaceState(null, '', address);
  bindBulk(document);
  bindReveal(document);
};

let timer;
document.addEventListener('input', (event) => {
  const form = event.target.closest('form[data-swap]');
  if (!form) return;
  clearTimeout(timer);
  timer = setTimeout(swap, PAUSE_MS, form);
});
document.addEventListener('submit', (event) => {
  const form = event.target.closest('form[data-swap]');
  if (!form) return;
  event.preventDefault();
  clearTimeout(timer);
  swap(form);
});

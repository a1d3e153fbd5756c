// A form of filters that answers while one types: the page it leads to is fetched, and the parts that `data-swap` names are
// put in place of those that are there.
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
  const parts = form.dataset.swap.split(',');
  for (const part of parts) document.querySelector(part)?.setAttribute('aria-busy', 'true');
  const answer = await page(address);
  if (turn !== latest) return;
  for (const part of parts) {
    const [old, found] = [document.querySelector(part), answer?.querySelector(part)];
    if (!old || !found) { location.assign(address); return; }
    old.replaceWith(document.adoptNode(found));
  }
  // Over a page its address stays.
  if (!form.closest('dialog')) history.replaceState(null, '', address);
  bindBulk(document);
  bindReveal(document);
};

let timer;
document.addEventListener('input', (event) => {
  const form = event.target.closest('form[data-swap]');
  // What is ticked in a part is no search.
  if (!form || event.target.closest(form.dataset.swap)) return;
  clearTimeout(timer);
  timer = setTimeout(swap, PAUSE_MS, form);
});
document.addEventListener('submit', (event) => {
  const form = event.target.closest('form[data-swap]');
  if (!form || event.submitter?.formMethod === 'post') return;
  event.preventDefault();
  clearTimeout(timer);
  swap(form);
});

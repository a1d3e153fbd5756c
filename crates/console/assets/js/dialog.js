// A link to a small page opens it over this one: what the page marks with `data-dialog-body` becomes a dialog.
import { bind as bindReveal } from './reveal.js';
import { page } from './swap.js';

const open = async (link) => {
  const body = (await page(link.href))?.querySelector('[data-dialog-body]');
  if (!body) { location.assign(link.href); return; }
  const dialog = document.createElement('dialog');
  if (body.dataset.dialogBody === 'drawer') dialog.classList.add('drawer');
  body.classList.remove('card');
  dialog.append(document.adoptNode(body));
  // Over a page it is a part of that page, which has its first heading already.
  const first = dialog.querySelector('h1');
  if (first) {
    const second = document.createElement('h2');
    second.append(...first.childNodes);
    first.replaceWith(second);
  }
  const heading = dialog.querySelector('h2');
  if (heading) {
    heading.id ||= 'dialog-heading';
    dialog.setAttribute('aria-labelledby', heading.id);
  }
  dialog.addEventListener('close', () => { dialog.remove(); link.focus(); });
  document.body.append(dialog);
  bindReveal(dialog);
  dialog.showModal();
};

document.addEventListener('click', (event) => {
  const close = event.target.closest('dialog [data-close]');
  if (close) { event.preventDefault(); close.closest('dialog').close(); return; }
  const link = event.target.closest('a[data-dialog]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  open(link);
});

// What has just happened goes away after eight seconds, but not while somebody is at it.
const SHOWN_MS = 8000;

for (const toast of document.querySelectorAll('[data-toast]')) {
  const hide = () => { toast.hidden = true; };
  let timer = setTimeout(hide, SHOWN_MS);
  for (const name of ['pointerenter', 'focusin']) toast.addEventListener(name, () => clearTimeout(timer));
  for (const name of ['pointerleave', 'focusout']) {
    toast.addEventListener(name, () => { timer = setTimeout(hide, SHOWN_MS); });
  }
}

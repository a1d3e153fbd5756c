// The box in a table's head selects the page; the bar says how many are selected.
const show = (form) => {
  const all = form.querySelector('thead .sel input');
  const boxes = [...form.querySelectorAll('tbody .sel input')];
  const count = boxes.filter((box) => box.checked).length;
  if (all) {
    all.checked = count > 0 && count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
  }
  const told = form.querySelector('.bulk b');
  if (told) told.textContent = told.dataset.text.replace('%', count);
};

export const bind = (root) => {
  for (const form of root.querySelectorAll('form[data-bulk]')) {
    // Without script the box in the head could select nothing.
    for (const box of form.querySelectorAll('thead .sel input')) box.hidden = false;
    show(form);
  }
};

document.addEventListener('change', (event) => {
  const form = event.target.closest('form[data-bulk]');
  if (!form || !event.target.closest('.sel')) return;
  if (event.target.closest('thead')) {
    for (const box of form.querySelectorAll('tbody .sel input')) box.checked = event.target.checked;
  }
  show(form);
});

bind(document);

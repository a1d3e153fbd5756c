// One menu is open at a time; Escape or a click elsewhere closes it. `/` goes to the search.
const closeMenus = (but) => {
  for (const menu of document.querySelectorAll('details.menu[open]')) {
    if (!but || !menu.contains(but)) menu.open = false;
  }
};

document.addEventListener('click', (event) => closeMenus(event.target));
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    const open = document.querySelector('details.menu[open]');
    open?.querySelector('summary')?.focus();
    closeMenus();
  }
  const typing = event.target.closest('input,textarea,select,[contenteditable]');
  if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const search = document.querySelector('.filters .find input') ?? document.querySelector('.find input');
    if (search) { event.preventDefault(); search.focus(); }
  }
});

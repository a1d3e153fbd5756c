// A button that saves a text of the page as a file. Where there is no script, style hides it.
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-download]');
  const text = button && document.getElementById(button.dataset.download)?.textContent;
  if (!text) return;
  const href = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  Object.assign(document.createElement('a'), { href, download: button.dataset.name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 1000);
});

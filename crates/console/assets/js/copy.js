// A button that copies the value beside it.
document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  const code = button?.parentElement.querySelector('code');
  if (!code) return;
  await navigator.clipboard?.writeText(code.textContent);
  const use = button.querySelector('use');
  const drawing = use.getAttribute('href');
  use.setAttribute('href', drawing.replace(/#.*/, '#check'));
  setTimeout(() => use.setAttribute('href', drawing), 1500);
});

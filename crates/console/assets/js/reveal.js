// Shows what is typed into a field of a password.
export const bind = (root) => {
  for (const button of root.querySelectorAll('[data-reveal]')) button.hidden = false;
};

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-reveal]');
  const field = button && document.getElementById(button.dataset.reveal);
  if (!field) return;
  field.type = field.type === 'password' ? 'text' : 'password';
  button.setAttribute('aria-pressed', String(field.type === 'text'));
});

bind(document);

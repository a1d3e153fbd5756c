// What script adds to pages that work without it. Each module binds one behaviour by `data-` attributes.
import './bulk.js';
import './copy.js';
import './dialog.js';
import './download.js';
import './editor.js';
import './live.js';
import './menu.js';
import './reveal.js';
import './rules.js';
import './search.js';
import './swap.js';
import './toast.js';

// What went wrong is where the reader is first.
document.querySelector('[data-focus]')?.focus();

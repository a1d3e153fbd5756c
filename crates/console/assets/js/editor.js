// An editor of documents: while one types, it is painted, and the server says what is wrong, what it means and what may
// stand at the caret. Without script it is a field of text with a button *Check*.
const PAUSE_MS = 200;
const STRING = /"(?:\\.|[^"\\])*"?/g;
const SIZE = /^\s*/;

const numbers = (text) => text.split(':', 3).map(Number);
const element = (name, set, ...inside) => {
  const made = Object.assign(document.createElement(name), set);
  made.append(...inside);
  return made;
};

/** The place in `text` that stands `column` characters into a line, both from 1. */
const offset = (text, line, column) => {
  const lines = text.split('\n');
  const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  return before + [...(lines[line - 1] ?? '')].slice(0, column - 1).join('').length;
};

/** The parts of a line: in colours, with what is wrong underlined. */
const painted = (line, marks) => {
  const chars = [...line];
  const looks = chars.map(() => '');
  for (const found of line.matchAll(STRING)) {
    const from = [...line.slice(0, found.index)].length;
    const isName = /^\s*:/.test(line.slice(found.index + found[0].length));
    looks.fill(isName ? 'k' : 's', from, from + [...found[0]].length);
  }
  const parts = [];
  for (let at = 0; at < chars.length;) {
    const mark = marks.find(({ column, length }) => at >= column - 1 && at < column - 1 + length);
    let end = at + 1;
    const same = (place) => looks[place] === looks[at]
      && marks.find(({ column, length }) => place >= column - 1 && place < column - 1 + length) === mark;
    while (end < chars.length && same(end)) end += 1;
    let part = chars.slice(at, end).join('');
    if (looks[at]) part = element('span', { className: looks[at] }, part);
    parts.push(mark ? element('mark', { className: mark.isError ? '' : 'w' }, part) : part);
    at = end;
  }
  return parts;
};

const start = (box) => {
  const area = box.querySelector('textarea');
  const [gutter, paper] = box.querySelectorAll('pre');
  const least = gutter.textContent.trimEnd().split('\n').length;
  const { form } = area;
  let [marks, checked, offers, leaving, latest, timer] = [[], [], null, false, 0, 0];

  const paint = () => {
    const lines = area.value.split('\n');
    const own = (at) => marks.filter((mark) => mark.line === at + 1 && checked[at] === lines[at]);
    const [line, column] = offers ? numbers(offers.dataset.place) : [];
    const shown = [element('span', { ariaHidden: 'true' })];
    const add = (...parts) => shown.at(-1).append(...parts);
    lines.forEach((text, at) => {
      if (line === at + 1) {
        const head = [...text].slice(0, column - 1).join('');
        add(...painted(head, []));
        shown.push(element('span', { className: 'menu' }, offers), element('span', { ariaHidden: 'true' }));
        add(...painted(text.slice(head.length), []), '\n');
      } else add(...painted(text, own(at)), '\n');
    });
    // Room for what is offered, and for a pane as long as its gutter.
    const room = offers ? line + 2 * offers.children.length + 1 : 0;
    const count = Math.max(lines.length, least, room);
    add('\n'.repeat(count - lines.length));
    paper.replaceChildren(...shown);
    const tone = (number) => {
      const here = own(number - 1);
      return here.length ? element('span', { className: here.some((mark) => mark.isError) ? 'e' : 'w' }, `${number}`) : `${number}`;
    };
    gutter.replaceChildren(...Array.from({ length: Math.max(lines.length, least) }, (_, at) => [tone(at + 1), '\n']).flat());
  };

  const readMarks = () => {
    checked = area.value.split('\n');
    marks = [...document.querySelectorAll('#checks [data-mark]')].map((item) => {
      const [line, column, length] = numbers(item.dataset.mark);
      return { line, column, length, isError: 'error' in item.dataset };
    });
  };

  const offer = (found) => {
    offers = found;
    if (found) area.setAttribute('aria-controls', 'offers');
    else area.removeAttribute('aria-controls');
    choose(0);
  };

  const choose = (step) => {
    const all = offers ? [...offers.children] : [];
    const now = all.findIndex((each) => each.ariaSelected === 'true');
    const next = (now + step + all.length) % (all.length || 1);
    all.forEach((each, at) => { each.ariaSelected = String(at === next); });
    if (all[next]) area.setAttribute('aria-activedescendant', all[next].id);
    else area.removeAttribute('aria-activedescendant');
  };

  const ask = async (wanted) => {
    const turn = ++latest;
    const text = area.value;
    const body = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === 'string'));
    const before = text.slice(0, area.selectionStart).split('\n');
    if (wanted && area.selectionStart === area.selectionEnd) {
      body.set('line', before.length);
      body.set('column', [...before.at(-1)].length + 1);
    }
    const answer = await fetch('/policies/check', { method: 'POST', body, credentials: 'same-origin' });
    if (turn !== latest || !answer.ok || answer.redirected || text !== area.value) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const id of ['facts', 'checks', 'words']) {
      const [old, found] = [document.getElementById(id), page.getElementById(id)];
      if (old && found) old.replaceChildren(...[...found.childNodes].map((node) => document.adoptNode(node)));
    }
    readMarks();
    const found = page.getElementById('offers');
    offer(found && document.activeElement === area ? document.adoptNode(found) : null);
    paint();
  };

  const changed = (wanted) => {
    clearTimeout(timer);
    latest += 1;
    offer(null);
    paint();
    timer = setTimeout(ask, PAUSE_MS, wanted);
  };

  /** Writes `text` in place of what stands between two places, so that it can be undone. */
  const write = (text, from = area.selectionStart, to = area.selectionEnd) => {
    area.focus();
    area.setSelectionRange(from, to);
    if (!document.execCommand('insertText', false, text)) area.setRangeText(text, from, to, 'end');
  };

  const replace = (place, text) => {
    const [line, column, length] = numbers(place);
    write(text, offset(area.value, line, column), offset(area.value, line, column + length));
  };

  const take = (option) => {
    replace(offers.dataset.place, option.dataset.insert);
    changed(option.dataset.insert.endsWith(':'));
  };

  const keys = {
    ArrowDown: () => choose(1),
    ArrowUp: () => choose(-1),
    Enter: () => take(offers.querySelector('[aria-selected="true"]')),
    Tab: () => take(offers.querySelector('[aria-selected="true"]')),
    Escape: () => { offer(null); paint(); },
  };

  area.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault();
      clearTimeout(timer);
      ask(true);
    } else if (offers && plain && keys[event.key]) {
      event.preventDefault();
      event.stopPropagation();
      keys[event.key]();
    } else if (event.key === 'Escape') {
      leaving = true;
    } else if (event.key === 'Tab' && plain && !leaving) {
      event.preventDefault();
      write('  ');
    } else if (event.key === 'Enter' && plain) {
      event.preventDefault();
      const line = area.value.slice(0, area.selectionStart).split('\n').at(-1);
      write(`\n${SIZE.exec(line)[0]}${/[[{]\s*$/.test(line) ? '  ' : ''}`);
    } else if (event.key !== 'Tab') leaving = false;
  });
  area.addEventListener('input', (event) => changed(/[\w":*]$/.test(event.data ?? '')));
  area.addEventListener('blur', () => { if (offers) { offer(null); paint(); } });
  paper.addEventListener('mousedown', (event) => event.preventDefault());
  paper.addEventListener('click', (event) => {
    const option = event.target.closest('[role="option"]');
    if (option) take(option);
  });
  form.addEventListener('click', (event) => {
    const mend = event.target.closest('[name="mend"]');
    if (!mend) return;
    event.preventDefault();
    replace(mend.value, mend.value.split(':').slice(3).join(':'));
    changed(false);
  });
  box.dataset.live = '';
  readMarks();
  paint();
};

for (const box of document.querySelectorAll('[data-editor]')) start(box);

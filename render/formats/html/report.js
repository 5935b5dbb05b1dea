(function () {
'use strict';
// Everything captured comes from the JSON and goes into text nodes: no
// innerHTML in this file.
var data = JSON.parse(document.getElementById('data').textContent);
var root = document.documentElement, here = document.getElementById('flows-here');
var flows = data.flows, byID = {}, byKey = {}, current = null, shown = flows;
var printLimit = 50; // flows unfolded for printing: of more, the chosen one is printed
var printRows = 1000; // rows of the list that are printed
flows.forEach(function (f) { byID[f.id] = f; byKey['k' + f.key] = f; f.count = f.messages.length; });
root.classList.add('js');

function el(name, cls, text) {
  var e = document.createElement(name);
  if (cls) e.className = cls;
  if (text !== undefined) e.textContent = text;
  return e;
}
function on(e, type, fn) { if (e) e.addEventListener(type, fn); }
function count(n) { return String(n).replace(/\B(?=(\d{3})+$)/g, ','); }
function id(s) { return document.getElementById(s); }

// Theme.
function isDark() {
  var t = root.getAttribute('data-theme');
  return t === 'dark' || t === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches;
}
var themeButton = id('theme');
function nameTheme() { themeButton.textContent = isDark() ? 'Light' : 'Dark'; themeButton.setAttribute('aria-label', themeButton.textContent + ' colours'); }
themeButton.hidden = false;
nameTheme();
on(themeButton, 'click', function () { root.setAttribute('data-theme', isDark() ? 'light' : 'dark'); nameTheme(); });
on(matchMedia('(prefers-color-scheme: dark)'), 'change', nameTheme);

// Sections: a big report keeps them in templates until they are wanted.
function section(f) {
  var s = id('f' + f.id);
  if (!s) {
    var t = id('t' + f.id);
    if (!t) return null;
    here.appendChild(t.content.cloneNode(true));
    s = id('f' + f.id);
  }
  if (!s.ready) { s.ready = true; ladder(s, f); }
  return s;
}
function show(f, focus) {
  if (!f) return;
  var s = section(f);
  if (!s) return;
  if (current && current !== f) id('f' + current.id).classList.add('off');
  s.classList.remove('off');
  widen(s);
  current = f;
  document.querySelectorAll('#flows tr[aria-current]').forEach(function (r) { r.removeAttribute('aria-current'); });
  var row = document.querySelector('#flows tr[data-id="' + f.id + '"]');
  if (row) row.setAttribute('aria-current', 'true');
  if (focus) { var h = id('h' + f.id); h.focus({preventScroll: true}); s.scrollIntoView({block: 'start'}); }
}
function link(f) { return '#flow=' + encodeURIComponent(f.key); }
function fromHash(focus) {
  var h = location.hash, f = null;
  if (h.indexOf('#flow=') === 0) {
    try { f = byKey['k' + decodeURIComponent(h.slice(6))]; } catch (e) { f = null; }
  } else if (/^#f\d+$/.test(h)) f = byID[h.slice(2)];
  if (f) show(f, focus);
  return !!f;
}

// The list.
var body = document.querySelector('#flows tbody'), box = id('flows-scroll'), built = 0, chunk = 100;
var sortBy = 'id', down = false;
function row(f) {
  var r = el('tr'), a = el('a', '', f.start), b = el('span', 'badge ' + f.class, f.outcome), td = el('td');
  r.setAttribute('data-id', f.id);
  if (f === current) r.setAttribute('aria-current', 'true');
  r.appendChild(el('td', 'n', f.id));
  a.href = link(f);
  td.appendChild(a);
  r.appendChild(td);
  [f.kind, f.from, f.to].forEach(function (x) { r.appendChild(el('td', '', x)); });
  td = el('td');
  td.appendChild(b);
  r.appendChild(td);
  [f.length, f.count, f.streams, f.remarks].forEach(function (x) { r.appendChild(el('td', 'n', x)); });
  return r;
}
function grow() {
  var part = document.createDocumentFragment();
  for (var n = 0; n < chunk && built < shown.length; n++, built++) part.appendChild(row(shown[built]));
  body.appendChild(part);
}
function rebuild() {
  while (body.firstChild) body.removeChild(body.firstChild);
  built = 0;
  grow();
  box.scrollTop = 0;
  id('hits').textContent = (shown.length === flows.length ? '' : count(shown.length) + ' of ') + count(flows.length) + ' flows';
}
function filter() {
  var words = id('q').value.toLowerCase().split(/\s+/).filter(Boolean), k = id('kind').value, o = id('outcome').value;
  shown = flows.filter(function (f) {
    if (k && f.kind !== k || o && f.word !== o) return false;
    return words.every(function (w) { return f.hay.indexOf(w) >= 0; });
  });
  shown.sort(function (a, b) {
    var x = a[sortBy], y = b[sortBy], c = x < y ? -1 : x > y ? 1 : 0;
    return (down ? -c : c) || a.id - b.id;
  });
  rebuild();
}
function choices(select, field) {
  var seen = {}, list = [];
  flows.forEach(function (f) { if (f[field] && !seen['k' + f[field]]) { seen['k' + f[field]] = 1; list.push(f[field]); } });
  list.sort().forEach(function (v) { var op = el('option', '', v); op.value = v; select.appendChild(op); });
}
if (body) {
  flows.forEach(function (f) { f.hay = [f.id, f.title, f.kind, f.from, f.to, f.outcome, f.start, f.key, f.find].join(' ').toLowerCase(); });
  id('filter').hidden = false;
  choices(id('kind'), 'kind');
  choices(id('outcome'), 'word');
  on(id('filter'), 'submit', function (e) { e.preventDefault(); });
  ['q', 'kind', 'outcome'].forEach(function (x) { on(id(x), 'input', filter); });
  on(box, 'scroll', function () { if (box.scrollTop + box.clientHeight > box.scrollHeight - 400) grow(); });
  on(body, 'click', function (e) {
    var r = e.target.closest('tr');
    if (!r || e.ctrlKey || e.metaKey || String(getSelection())) return;
    e.preventDefault();
    go(byID[r.getAttribute('data-id')]);
  });
  document.querySelectorAll('#flows th').forEach(function (th) {
    var b = el('button', '', th.textContent);
    b.type = 'button';
    th.textContent = '';
    th.appendChild(b);
    on(b, 'click', function () {
      var by = th.getAttribute('data-sort');
      down = by === sortBy && !down;
      sortBy = by;
      document.querySelectorAll('#flows th').forEach(function (x) { x.removeAttribute('aria-sort'); });
      th.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      filter();
    });
  });
  document.querySelector('#flows th[data-sort=id]').setAttribute('aria-sort', 'ascending');
  filter();
}
function go(f) {
  if (!f) return;
  if (location.hash === link(f)) show(f, true);
  else location.hash = link(f);
}
function step(d) {
  var i = shown.indexOf(current) + d;
  if (i < 0 || i >= shown.length) return;
  while (built <= i && built < shown.length) grow();
  go(shown[i]);
}

// Ladders.
function mini(f) {
  var m = el('div', 'mini'), lanes = f.ladder.lanes, n = Math.max(lanes.length, 1);
  function x(i) { return (i + 0.5) * 100 / n; }
  function field(r) {
    var d = el('div', 'field');
    lanes.forEach(function (l, i) { var v = el('div', 'line'); v.style.left = x(i) + '%'; d.appendChild(v); });
    r.appendChild(d);
    return d;
  }
  var head = el('div', 'lanes'), hf = el('div', 'field');
  head.appendChild(el('span', '', 'time'));
  head.appendChild(el('span', 'r', 'delta'));
  lanes.forEach(function (l, i) {
    var d = el('div', 'lane', l.name);
    d.appendChild(el('small', '', [l.role, l.addr].filter(Boolean).join(' · ')));
    d.style.left = x(i) + '%';
    d.style.maxWidth = 96 / n + '%';
    d.title = [l.name, l.role, l.addr].filter(Boolean).join('\n');
    hf.appendChild(d);
  });
  head.appendChild(hf);
  head.appendChild(el('span', 'r', 'frame'));
  m.appendChild(head);
  f.ladder.rows.forEach(function (r) {
    var arrow = r.class !== 'span' && r.class !== 'fold' && r.class !== 'gap', d = el('div', (arrow ? 'rung ' : 'say ') + r.class);
    d.appendChild(el('span', '', r.clock || ''));
    d.appendChild(el('span', 'r', r.delta || ''));
    if (arrow) {
      var w = el('div', 'words', r.label), a = el('div', 'arrow ' + (r.to < r.from ? 'left' : 'right')), fd = field(d);
      var lo = x(Math.min(r.from, r.to)), hi = x(Math.max(r.from, r.to));
      if (r.from === r.to) hi = lo + 40 / n;
      a.style.left = lo + '%';
      a.style.width = hi - lo + '%';
      w.style.left = (lo + hi) / 2 + '%';
      if (r.detail) w.appendChild(el('small', '', r.detail));
      fd.appendChild(a);
      fd.appendChild(w);
      d.setAttribute('data-message', r.messages[0]);
    } else {
      field(d).appendChild(el('div', 'box', r.label));
    }
    d.appendChild(el('span', 'r', r.frame || ''));
    m.appendChild(d);
  });
  return m;
}
function ladder(s, f) {
  var l = s.querySelector('[data-ladder]');
  if (f.ladder && !l.firstChild) l.appendChild(mini(f));
  l.querySelectorAll('[data-message]').forEach(function (g) {
    var m = data.messages[f.messages[g.getAttribute('data-message')]];
    g.setAttribute('tabindex', '0');
    g.setAttribute('role', 'button');
    if (m) g.setAttribute('aria-label', m.name + ', ' + m.clock + ', frame ' + m.frame);
  });
  var svg = l.querySelector('svg');
  // Its arrows are buttons now: as an img their names would be lost.
  if (svg) { svg.setAttribute('role', 'group'); svg.setAttribute('aria-label', f.title); }
  on(s, 'click', function (e) {
    var g = e.target.closest('[data-message]');
    if (g) open(s, f, +g.getAttribute('data-message'), g);
  });
}
// widen makes the whole row of a rung take clicks, not just its lines. It
// needs the section on screen: what is not shown has no size.
function widen(s) {
  if (s.wide) return;
  s.wide = true;
  s.querySelectorAll('svg g[data-message]').forEach(function (g) {
    var b = g.getBBox(), r = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    var at = {x: 0, y: b.y - 2, width: g.ownerSVGElement.viewBox.baseVal.width, height: b.height + 4};
    Object.keys(at).forEach(function (k) { r.setAttribute(k, at[k]); });
    r.setAttribute('class', 'hit');
    g.insertBefore(r, g.firstChild);
  });
}
function rungs(s) { return [].slice.call(s.querySelectorAll('[data-ladder] [data-message]')); }
// rungOf finds the arrow of a message: its own, or the one it is folded into.
function rungOf(s, f, i) {
  var g = rungs(s);
  function at(n) { return g.find(function (x) { return +x.getAttribute('data-message') === n; }); }
  return at(i) || f.again && f.again[i] >= 0 && at(f.again[i]) || null;
}
function mark(s, rung) {
  rungs(s).forEach(function (g) { g.classList.toggle('on', g === rung); });
}

// Messages.
var secret = '[hidden]';
function line(pre, text, cls) {
  var at = 0, k;
  while ((k = text.indexOf(secret, at)) >= 0) {
    pre.appendChild(el('span', cls, text.slice(at, k)));
    pre.appendChild(el('span', 'se', secret));
    at = k + secret.length;
  }
  pre.appendChild(el('span', cls, text.slice(at)));
}
function fill(pre, text) {
  var inBody = false, xml = /^\s*</.test(text);
  text.split('\n').forEach(function (t, i) {
    var k = xml || inBody ? -1 : t.search(/[:]/);
    if (i === 0 && !xml) line(pre, t, 'fl');
    else if (t === '' && !xml) inBody = true;
    else if (inBody) line(pre, t, 'bo');
    else if (k > 0 && /^[\w.!%*+'~-]+\s*$/.test(t.slice(0, k))) { pre.appendChild(el('span', 'hd', t.slice(0, k + 1))); line(pre, t.slice(k + 1), ''); }
    else line(pre, t, '');
    pre.appendChild(document.createTextNode('\n'));
  });
}
function button(text, label, fn) {
  var b = el('button', '', text);
  b.type = 'button';
  b.setAttribute('aria-label', label);
  on(b, 'click', function (e) { e.stopPropagation(); fn(b); });
  return b;
}
function open(s, f, i, from) {
  var m = data.messages[f.messages[i]], a = s.querySelector('.message');
  if (!m) return;
  while (a.firstChild) a.removeChild(a.firstChild);
  var h = el('header'), pre = el('pre'), bar = el('div', 'bar');
  h.appendChild(el('h4', '', m.name));
  h.appendChild(el('div', 'meta', m.clock + ' · frame ' + m.frame));
  h.appendChild(el('div', 'meta', m.way));
  h.appendChild(el('div', 'meta', 'message ' + count(i + 1) + ' of ' + count(f.messages.length)));
  if (f.again && f.again[i] >= 0) h.appendChild(el('p', 'odd', 'Sent again: first in frame ' + data.messages[f.messages[f.again[i]]].frame));
  (m.odd || []).concat(m.note || []).forEach(function (t) { h.appendChild(el('p', 'odd', t)); });
  bar.appendChild(button('↑', 'previous message', function () { move(-1); }));
  bar.appendChild(button('↓', 'next message', function () { move(1); }));
  if (m.text) bar.appendChild(button('Copy', 'copy the message', function (b) { copy(pre, b); }));
  bar.appendChild(button('Close', 'close the message', function () { close(s); }));
  h.appendChild(bar);
  a.appendChild(h);
  pre.tabIndex = 0;
  fill(pre, m.text);
  if (m.text) a.appendChild(pre);
  a.hidden = false;
  mark(s, rungOf(s, f, i));
  s.opened = i;
  s.opener = from || s.opener;
}
function close(s) {
  var a = s.querySelector('.message');
  if (a.hidden) return;
  a.hidden = true;
  mark(s, null);
  s.opened = undefined;
  if (s.opener) s.opener.focus();
}
function copy(pre, b) {
  var r = document.createRange();
  r.selectNodeContents(pre);
  getSelection().removeAllRanges();
  getSelection().addRange(r);
  var ok = false;
  try { ok = document.execCommand('copy'); } catch (e) { ok = false; }
  b.textContent = ok ? 'Copied' : 'Press Ctrl+C';
}
// move goes through all messages, those that are folded into an arrow, too.
function move(d) {
  var s = current && id('f' + current.id), i, r;
  if (!s) return;
  if (s.opened !== undefined) i = s.opened + d;
  else if (rungs(s).indexOf(document.activeElement) >= 0) i = +document.activeElement.getAttribute('data-message') + d;
  else i = d > 0 ? 0 : current.messages.length - 1;
  if (i < 0 || i >= current.messages.length) return;
  r = rungOf(s, current, i);
  if (r) { r.focus({preventScroll: true}); r.scrollIntoView({block: 'nearest'}); }
  open(s, current, i, r);
}

// Keys.
id('keys').hidden = false;
on(document, 'keydown', function (e) {
  var t = e.target, typing = /^(INPUT|SELECT|TEXTAREA)$/.test(t.tagName), s = current && id('f' + current.id);
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key === 'Escape') { if (typing) t.blur(); else if (s) close(s); return; }
  if (typing) return;
  var rung = t.closest && t.closest('[data-ladder] [data-message]');
  switch (e.key) {
  case 'j': move(1); break;
  case 'k': move(-1); break;
  case 'ArrowDown': if (!rung) return; move(1); break;
  case 'ArrowUp': if (!rung) return; move(-1); break;
  case 'Enter': case ' ': if (!rung) return; open(s, current, +rung.getAttribute('data-message'), rung); break;
  case 'n': step(1); break;
  case 'p': step(-1); break;
  case '/': if (!id('q')) return; id('q').focus(); break;
  default: return;
  }
  e.preventDefault();
});

// Printing unfolds all flows while they are few enough to be read.
var printButton = id('print');
printButton.hidden = false;
on(printButton, 'click', function () { print(); });
on(window, 'beforeprint', function () {
  var few = flows.length <= printLimit;
  root.classList.toggle('one', !few);
  if (few) flows.forEach(section);
  while (body && built < Math.min(shown.length, printRows)) grow();
  var left = [], note = id('printed');
  if (body && shown.length > built) left.push(count(shown.length - built) + ' more flows are not listed on paper.');
  if (!few) left.push('Of ' + count(flows.length) + ' flows only number ' + (current ? current.id : '?') + ', the one on screen, is printed in full.');
  if (note) { note.textContent = left.join(' '); note.hidden = !left.length; }
});
on(window, 'afterprint', function () {
  flows.forEach(function (f) { var s = id('f' + f.id); if (s && f !== current) s.classList.add('off'); });
});

flows.forEach(function (f) { var s = id('f' + f.id); if (s) s.classList.add('off'); });
// Nobody opens a report for its look-ups while there is a call in it.
function first() {
  return flows.find(function (f) { return !/^(lookup|keepalive|other)$/.test(f.kind); }) || flows[0];
}
if (!fromHash(false)) show(first(), false);
on(window, 'hashchange', function () { fromHash(true); });
})();

// The captcha's proof of work, as page and as worker in one file: find a number so that SHA-256 of "puzzle:number"
// begins with enough zero bits. Without scripts its button stays hidden, and picture and speech are there.
(function () {
  'use strict';
  if (typeof document === 'undefined') {
    onmessage = function (e) { postMessage(search(e.data.puzzle, e.data.bits)); };
    return;
  }
  var own = document.currentScript, box = document.getElementById('work');
  if (!own || !box || !window.Worker) return;
  var button = box.querySelector('button'), field = box.querySelector('input');
  var state = box.querySelector('[role=status]'), worker;
  function show(checked, text) {
    button.setAttribute('aria-checked', checked);
    state.textContent = box.getAttribute('data-' + text);
  }
  button.onclick = function () {
    if (worker) return;
    show('mixed', 'busy');
    worker = new Worker(own.src);
    worker.onmessage = function (e) { field.value = 'pow-' + e.data; show('true', 'done'); };
    worker.onerror = function () { worker = null; show('false', 'failed'); };
    worker.postMessage({ puzzle: box.getAttribute('data-puzzle'), bits: +box.getAttribute('data-bits') });
  };
  box.hidden = false;

  // The constants of SHA-256 come from the roots of the first primes. One block is enough: the puzzle has 32 characters.
  function search(puzzle, bits) {
    var k = [], h = [], n, i, j;
    function root(p, e) { p = Math.pow(p, e); return (p - Math.floor(p)) * 4294967296 | 0; }
    for (n = 2; k.length < 64; n++) {
      for (i = 2; i * i <= n && n % i; i++);
      if (i * i > n) { if (h.length < 8) h.push(root(n, 1 / 2)); k.push(root(n, 1 / 3)); }
    }
    var w = new Int32Array(64);
    for (n = 0; ; n++) {
      var text = puzzle + ':' + n, length = text.length;
      for (i = 0; i < 16; i++) w[i] = 0;
      for (i = 0; i <= length; i++) w[i >> 2] |= (i < length ? text.charCodeAt(i) : 128) << 24 - i % 4 * 8;
      w[15] = length * 8;
      var a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], l = h[7];
      for (i = 0; i < 64; i++) {
        if (i > 15) {
          var x = w[i - 15], y = w[i - 2];
          w[i] = w[i - 16] + w[i - 7] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) +
            ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10);
        }
        j = l + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & f ^ ~e & g) + k[i] + w[i] | 0;
        l = g; g = f; f = e; e = d + j | 0; d = c;
        j = j + ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c) | 0;
        c = b; b = a; a = j;
      }
      if ((a + h[0] | 0) >>> 32 - bits === 0) return n;
    }
  }
})();

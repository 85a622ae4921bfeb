/*
 * cookies.js - only on sites with an optional category: asks, remembers the answer for a year, and
 * loads assets/optional.js once the answer was yes. Nothing is stored before a choice; the choice
 * is written and read back, so that a browser that keeps nothing is told apart from one that does.
 */
(function () {
  'use strict';

  var KEY = 'cookie-choice';
  var YEAR = 365 * 24 * 60 * 60 * 1000;
  var base = document.currentScript.src.replace(/cookies\.js.*$/, '');
  var banner = document.getElementById('cookie-banner');
  var form = document.getElementById('cookie-form');

  /* "yes", "no", or null: no choice, or one that is over a year old. */
  function choice() {
    try {
      var kept = JSON.parse(window.localStorage.getItem(KEY));
      return kept && Date.now() - kept.at < YEAR ? kept.choice : null;
    } catch (_) {
      return null;
    }
  }

  function keep(yes) {
    try {
      window.localStorage.setItem(KEY, JSON.stringify({ choice: yes ? 'yes' : 'no', at: Date.now() }));
    } catch (_) {
      return false;
    }
    return choice() === (yes ? 'yes' : 'no');
  }

  function loadOptional() {
    var script = document.createElement('script');
    script.src = base + 'optional.js';
    document.head.appendChild(script);
  }

  function show(id) {
    ['cookie-ask', 'cookies-accepted', 'cookies-rejected', 'cookies-failed'].forEach(function (other) {
      document.getElementById(other).hidden = other !== id;
    });
    document.getElementById(id).focus();
  }

  function choose(yes) {
    var before = choice();
    var kept = keep(yes);
    if (kept && yes && before !== 'yes') {
      loadOptional();
    }
    return kept ? (yes ? 'cookies-accepted' : 'cookies-rejected') : 'cookies-failed';
  }

  document.getElementById('cookie-accept').addEventListener('click', function () {
    show(choose(true));
  });
  document.getElementById('cookie-reject').addEventListener('click', function () {
    show(choose(false));
  });
  document.querySelectorAll('.cookie-hide').forEach(function (button) {
    button.addEventListener('click', function () {
      banner.hidden = true;
    });
  });
  if (form) {
    var now = choice();
    if (now) {
      document.getElementById('cookies-' + now).checked = true;
    }
    form.addEventListener('submit', function (event) {
      var yes = document.getElementById('cookies-yes').checked;
      var no = document.getElementById('cookies-no').checked;
      event.preventDefault();
      if (yes || no) {
        document.getElementById('cookie-said').textContent =
          document.getElementById(choose(yes)).querySelector('p').textContent;
        banner.hidden = true;
      }
    });
  }
  if (choice() === 'yes') {
    loadOptional();
  } else if (choice() === null && !form) {
    banner.hidden = false;
  }
}());

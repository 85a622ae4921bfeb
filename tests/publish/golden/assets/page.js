/*
 * page.js - leaving quickly: by the button, the Escape key, or Shift three times.
 *
 * Loaded in the head, before anything is painted. What it does:
 *
 * - The page is blanked at once, whatever the network does.
 * - It is left with location.replace, so that it is not in the Back list.
 * - Where the browser tells which entries before it are of this site (the Navigation API), it
 *   goes back to the first of them and leaves from there through leave/index.html, so that no
 *   page of this site is left in the Back list or ahead of it. window.name carries the intention
 *   to that page; nothing is stored.
 * - Escape does not leave while it closes something, or while an input method is composing.
 *
 * Without this script the button is an ordinary link.
 */
(function () {
  'use strict';

  var SIGN = 'leaving-now';
  var WAIT = 5000; /* milliseconds between presses of Shift */
  var root = document.documentElement;
  var gone = false;
  var presses = 0;
  var pure = false; /* Shift is down and no other key was pressed with it */
  var timer = 0;

  root.classList.add('js');

  function blank() {
    root.classList.add('leaving');
    document.title = root.dataset.blankTitle || 'New tab';
  }

  function replace() {
    window.name = '';
    window.location.replace(root.dataset.exit);
  }

  /* How many entries of this site lie before this one, without a break. */
  function entriesBefore() {
    var navigation = window.navigation;
    if (!navigation || !navigation.currentEntry || !navigation.currentEntry.index) {
      return 0;
    }
    return navigation.currentEntry.index;
  }

  function leave() {
    var before;
    if (gone) {
      return;
    }
    gone = true;
    blank();
    before = entriesBefore();
    if (before > 0 && root.dataset.leave) {
      window.name = SIGN;
      window.history.go(-before);
      window.setTimeout(replace, 1000); /* if that did not happen */
    } else {
      replace();
    }
  }

  /* A page of this site that was come to on the way out. */
  function passOn() {
    gone = true;
    blank();
    window.name = '';
    window.location.replace(new URL(root.dataset.leave, document.baseURI).href);
  }

  if (window.name === SIGN && root.dataset.leave) {
    passOn();
  }
  window.addEventListener('pageshow', function (event) {
    if (window.name === SIGN && root.dataset.leave) {
      passOn();
    } else if (event.persisted && gone) {
      replace();
    }
  });

  function say(key) {
    var status = document.getElementById('exit-status');
    if (status) {
      status.textContent = key ? root.dataset[key] : '';
    }
  }

  function expire() {
    if (presses > 0) {
      say('exitExpired');
    }
    presses = 0;
  }

  function pressed() {
    window.clearTimeout(timer);
    presses += 1;
    if (presses >= 3) {
      leave();
      return;
    }
    say(presses === 1 ? 'exit2' : 'exit1');
    timer = window.setTimeout(expire, WAIT);
  }

  /* Whether Escape has something else to close. */
  function closesSomething(event) {
    var at = document.activeElement;
    if (event.defaultPrevented || event.isComposing || event.keyCode === 229) {
      return true;
    }
    if (document.fullscreenElement || document.querySelector('dialog[open], :popover-open')) {
      return true;
    }
    if (at && at.tagName === 'SELECT') { /* an open list: the first press closes it */
      at.blur();
      return true;
    }
    return Boolean(at && at.tagName === 'INPUT' && at.type === 'search' && at.value !== '');
  }

  document.addEventListener('keydown', function (event) {
    if (gone) {
      event.preventDefault(); /* Escape would stop the next page from loading */
      return;
    }
    if (event.key === 'Escape' && !event.ctrlKey && !event.altKey && !event.metaKey &&
        !event.shiftKey) {
      if (!closesSomething(event)) {
        event.preventDefault();
        leave();
      }
      return;
    }
    if (event.key === 'Shift') {
      if (!event.repeat) {
        pure = !event.isComposing && event.keyCode !== 229;
      }
      return;
    }
    pure = false;
    presses = 0;
  });

  document.addEventListener('keyup', function (event) {
    if (event.key === 'Shift' && pure && !gone) {
      pure = false;
      pressed();
    }
  });

  document.addEventListener('click', function (event) {
    var link = event.target.closest && event.target.closest('a.exit');
    if (link && event.button === 0 && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      leave();
    }
  });
}());

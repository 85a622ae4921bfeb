/*
 * leave.js - the blank page between this site and the next. It goes on once it is loaded, so that
 * the browser makes a new entry and drops those of this site ahead of it; come back to, it
 * goes on at once and takes its own entry with it.
 */
(function () {
  'use strict';

  var exit = document.documentElement.dataset.exit;
  var left = false;

  window.name = '';
  window.addEventListener('pageshow', function (event) {
    if (event.persisted || left) {
      window.location.replace(exit);
      return;
    }
    left = true;
    window.setTimeout(function () {
      window.location.assign(exit);
    }, 0);
  });
}());

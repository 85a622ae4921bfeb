/*
 * search.js - searching and narrowing the list in the browser, without a server.
 *
 * Data comes in small scripts (site/search.c says which) that are loaded when they are needed and
 * call disclosureLog. Words are folded as there. What was typed stays on this page: it is put in
 * no address and stored nowhere. All text is set as text, never as markup.
 */
(function () {
  'use strict';

  var PER_FILE = 50;
  var PER_PAGE = 20;
  var form = document.getElementById('search');
  var cards = document.getElementById('cards');
  var pages = document.getElementById('pages');
  var state = document.getElementById('state');
  var follow = document.querySelector('.follow');
  var facets = null;
  var letters = '';
  var words = {};
  var docs = {};
  var waiting = {};
  var before = [cards, pages, state].map(function (element) {
    return Array.from(element.childNodes);
  });
  var asked = 0;
  var sort = document.getElementById('sort');
  var order = null; /* chosen by hand; else the best first when words are searched */

  self.disclosureLog = {
    facets: function (known, list) {
      letters = known;
      facets = list;
    },
    words: function (letter, list) {
      words[letter] = list;
    },
    docs: function (file, list) {
      docs[file] = list;
    }
  };

  /* Loads search/NAME.js once. */
  function load(name) {
    if (!waiting[name]) {
      waiting[name] = new Promise(function (done, failed) {
        var script = document.createElement('script');
        script.src = 'search/' + name + '.js';
        script.onload = done;
        script.onerror = failed;
        document.head.appendChild(script);
      });
    }
    return waiting[name];
  }

  function fold(text) {
    return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\u00df/g, 'ss');
  }

  function wordsOf(text) {
    return fold(text).split(/[^\p{L}\p{N}]+/u).filter(function (word) {
      return word.length >= 2;
    });
  }

  function letterOf(word) {
    return /^[a-z0-9]/.test(word) ? word[0] : '_';
  }

  /* Answers with a word that begins so, with their best weight; a whole word counts double. */
  function find(word) {
    var list = words[letterOf(word)] || {};
    var found = new Map();
    Object.keys(list).forEach(function (known) {
      var hits = list[known];
      var i;
      if (!known.startsWith(word)) {
        return;
      }
      for (i = 0; i < hits.length; i += 2) {
        var weight = known === word ? 2 * hits[i + 1] : hits[i + 1];
        found.set(hits[i], Math.max(found.get(hits[i]) || 0, weight));
      }
    });
    return found;
  }

  /* Every answer that has all the words, best first; all of them when there are none. */
  function rank(asked) {
    var scores = null;
    asked.forEach(function (word) {
      var found = find(word);
      var next = new Map();
      found.forEach(function (weight, doc) {
        if (scores === null) {
          next.set(doc, weight);
        } else if (scores.has(doc)) {
          next.set(doc, scores.get(doc) + weight);
        }
      });
      scores = next;
    });
    if (scores === null) {
      return facets.map(function (_, i) {
        return i;
      });
    }
    return Array.from(scores.keys()).sort(function (a, b) {
      return scores.get(b) - scores.get(a) || a - b;
    });
  }

  /* The order to show in: places in the list are newest first. */
  function arrange(found, typed) {
    var by = order || (typed.length ? 'best' : 'newest');
    sort.value = by;
    if (by === 'newest') {
      found.sort(function (a, b) {
        return a - b;
      });
    } else if (by === 'oldest') {
      found.sort(function (a, b) {
        return b - a;
      });
    }
    return found;
  }

  function value(id) {
    return document.getElementById(id).value;
  }

  function chosenDecisions() {
    return Array.from(document.querySelectorAll('input[name=decision]:checked'), function (box) {
      return box.value;
    });
  }

  function passes(doc, wanted) {
    var facet = facets[doc];
    var some = function (list) {
      return list.some(function (item) {
        return wanted.decisions.indexOf(item) >= 0;
      });
    };
    if (wanted.decisions.length && !some(facet[0])) {
      return false;
    }
    if (wanted.topic && facet[1].indexOf(wanted.topic) < 0) {
      return false;
    }
    if ((wanted.from && (!facet[3] || facet[3] < wanted.from)) ||
        (wanted.to && (!facet[2] || facet[2] > wanted.to))) {
      return false;
    }
    if (wanted.exemption && facet[4].indexOf(wanted.exemption) < 0) {
      return false;
    }
    return !wanted.files || facet[5] === 1;
  }

  function add(parent, tag, text, className) {
    var element = document.createElement(tag);
    if (text) {
      element.textContent = text;
    }
    if (className) {
      element.className = className;
    }
    parent.appendChild(element);
    return element;
  }

  function tagClass(decision) {
    return decision === 'full' ? 'tag full' : decision === 'partial' ? 'tag part' : 'tag';
  }

  function card(doc) {
    var d = docs[Math.floor(doc / PER_FILE)][doc % PER_FILE];
    var item = document.createElement('li');
    var link = add(add(item, 'h3'), 'a', d[1]);
    var about;
    item.className = 'card';
    link.href = 'answers/' + d[0] + '/index.html';
    var sentence = add(item, 'p', d[2]);
    if (form.dataset.lang) { /* what comes from answers is in another language than the page */
      link.lang = form.dataset.lang;
      if (!d[6]) {
        sentence.lang = form.dataset.lang;
      }
    }
    about = add(item, 'p', '', 'about');
    if (d[6]) {
      add(about, 'span', d[5], 'tag gone');
    } else {
      if (d[3]) {
        add(about, 'span', d[4], tagClass(d[3]));
      }
      if (d[5]) {
        add(about, 'span', d[5], 'tag changed');
      }
    }
    if (d[7]) {
      add(about, 'span', d[7]);
    }
    if (d[8]) {
      add(about, 'span', d[8]);
    }
    if (d[9]) {
      add(about, 'a', d[10]).href = 'topics/' + d[9] + '/index.html';
    }
    add(about, 'span', d[11]);
    return item;
  }

  /* Shows found[from .. from + PER_PAGE), and a button for the rest. */
  function show(found, from) {
    var part = found.slice(from, from + PER_PAGE);
    var files = Array.from(new Set(part.map(function (doc) {
      return Math.floor(doc / PER_FILE);
    })));
    return Promise.all(files.map(function (file) {
      return load('d-' + file);
    })).then(function () {
      var first = null;
      if (from === 0) {
        cards.textContent = '';
      }
      part.forEach(function (doc) {
        var item = card(doc);
        first = first || item;
        cards.appendChild(item);
      });
      pages.textContent = '';
      if (from + PER_PAGE < found.length) {
        var more = add(pages, 'button', form.dataset.more,
          'govuk-button govuk-button--secondary');
        more.type = 'button';
        more.addEventListener('click', function () {
          show(found, from + PER_PAGE);
        });
      }
      if (from > 0 && first) {
        first.querySelector('a').focus();
      }
    });
  }

  function say(found) {
    var text = found.length === 0 ? form.dataset.none
      : found.length === 1 ? form.dataset.found1
        : form.dataset.found.replace('{n}', found.length.toLocaleString('en-GB'));
    state.textContent = text;
  }

  function restore() {
    [cards, pages, state].forEach(function (element, i) {
      element.replaceChildren.apply(element, before[i]);
    });
    follow.hidden = false;
  }

  function run() {
    var mine = ++asked;
    var typed = wordsOf(value('q'));
    var wanted = {
      decisions: chosenDecisions(),
      topic: value('topic'),
      from: Number(value('from')),
      to: Number(value('to')),
      exemption: value('exemption'),
      files: document.getElementById('files').checked
    };
    if (!typed.length && !wanted.decisions.length && !wanted.topic && !wanted.from && !wanted.to &&
        !wanted.exemption && !wanted.files && (order || 'newest') !== 'oldest') {
      sort.value = 'newest';
      restore();
      return;
    }
    load('facets').then(function () {
      var needed = Array.from(new Set(typed.map(letterOf))).filter(function (letter) {
        return letters.indexOf(letter) >= 0;
      });
      return Promise.all(needed.map(function (letter) {
        return load('t-' + letter);
      }));
    }).then(function () {
      var found;
      if (mine !== asked) {
        return; /* a later search is under way */
      }
      found = arrange(rank(typed).filter(function (doc) {
        return passes(doc, wanted);
      }), typed);
      follow.hidden = true;
      say(found);
      show(found, 0);
    });
  }

  form.addEventListener('submit', function (event) {
    event.preventDefault();
    run();
  });
  sort.addEventListener('change', function () {
    order = sort.value;
    run();
  });
  form.addEventListener('reset', function () {
    order = null;
    sort.value = 'newest';
    document.querySelectorAll('.filters input').forEach(function (box) {
      box.checked = false;
    });
    document.querySelectorAll('.filters select').forEach(function (list) {
      list.selectedIndex = 0;
    });
    document.getElementById('q').value = '';
    asked++;
    restore();
  });
  document.getElementById('filters').addEventListener('change', run);
  document.getElementById('q').addEventListener('input', function (event) {
    if (event.target.value === '') {
      run();
    }
  });
  if (window.matchMedia('(max-width: 62em)').matches) {
    document.getElementById('filters').open = false;
  }
}());

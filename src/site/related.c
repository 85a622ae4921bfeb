/*
 * related.c - which answers are related: those that share the rarest words.
 *
 * Words are keywords, topics, and the longer words of keywords and titles, plurals taken off, but
 * those that say when or how something was counted and not what. Each shared word counts by
 * how rare it is in this log (1000 / answers with it); a word that more than a quarter of a
 * larger log has says nothing. An index from words to answers keeps the cost near the
 * number of shared pairs.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "site/internal.h"

#define LONG_WORD 5
#define RELATED_MAX 4
/* Sharing less than this is chance. */
#define SCORE_LEAST 60

struct posting {
    const char *word; /* in the arena, folded */
    size_t entry;
};

struct postings {
    struct posting *items;
    size_t n;
    size_t capacity;
    bool failed;
};

/* Adds `text` without regard to ASCII case. */
static void add_word(struct postings *postings, struct sc_arena *arena, const char *text,
                     size_t len, size_t entry)
{
    char *word = sc_arena_strndup(arena, text, len);

    if (!word || sc_grow((void **)&postings->items, &postings->capacity, postings->n,
                         sizeof *postings->items, NULL)) {
        postings->failed = true;
        return;
    }
    for (char *p = word; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
    postings->items[postings->n++] = (struct posting){word, entry};
}

static bool in_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* Sorted. What titles have in common without being about the same. */
static const char *const empty_words[] = {
    "about",   "after",    "april",    "august",    "before",   "being",   "between",   "broken",
    "cases",   "count",    "december", "during",    "february", "figure",  "financial", "first",
    "force",   "january",  "length",   "march",     "month",    "monthly", "november",  "number",
    "october", "offence",  "other",    "people",    "period",   "police",  "quarter",   "recorded",
    "report",  "reported", "request",  "september", "since",    "their",   "those",     "total",
    "under",   "until",    "where",    "which",     "whose",    "within",  "yearly",    "years"};

static int compare_word(const void *word, const void *item)
{
    return strcmp(word, *(const char *const *)item);
}

static bool is_empty_word(const char *text, size_t n)
{
    char word[16];

    if (n >= sizeof word)
        return false;
    for (size_t i = 0; i < n; i++)
        word[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] - 'A' + 'a' : text[i]);
    word[n] = '\0';
    return bsearch(word, (const void *)empty_words, sizeof empty_words / sizeof *empty_words,
                   sizeof *empty_words, compare_word) != NULL;
}

/* The longer words of a title or a keyword, without the "s" of a plural. */
static void add_words(struct postings *postings, struct sc_arena *arena, const char *text,
                      size_t entry)
{
    while (*text) {
        size_t n = 0;
        size_t stem;

        while (in_word(text[n]))
            n++;
        stem = n > LONG_WORD && text[n - 1] == 's' && text[n - 2] != 's' ? n - 1 : n;
        if (stem >= LONG_WORD && !is_empty_word(text, stem) && !is_empty_word(text, n))
            add_word(postings, arena, text, stem, entry);
        text += n ? n : 1;
    }
}

static void add_entry(struct postings *postings, struct sc_arena *arena,
                      const struct sc_build *build, size_t e)
{
    const struct sc_entry *entry = &build->entries[e];

    for (size_t i = 0; i < entry->meta.keywords.n; i++) {
        const char *keyword = entry->meta.keywords.items[i];

        add_word(postings, arena, keyword, strlen(keyword), e);
        if (strchr(keyword, ' '))
            add_words(postings, arena, keyword, e);
    }
    for (size_t i = 0; i < entry->n_topics; i++) {
        const char *id = build->config->topics[entry->topics[i]].id;

        add_word(postings, arena, id, strlen(id), e);
    }
    add_words(postings, arena, entry->meta.title, e);
}

static int by_word(const void *a, const void *b)
{
    const struct posting *left = a;
    const struct posting *right = b;
    int order = strcmp(left->word, right->word);

    if (order)
        return order;
    return left->entry < right->entry ? -1 : left->entry > right->entry;
}

/* Where the postings of the same word begin and end, and how many different answers they are. */
struct run {
    size_t begin;
    size_t end;
    size_t n_entries;
};

static size_t find_runs(const struct postings *postings, struct run *runs)
{
    size_t n = 0;

    for (size_t i = 0; i < postings->n;) {
        struct run run = {i, i, 0};

        while (run.end < postings->n &&
               strcmp(postings->items[run.end].word, postings->items[i].word) == 0) {
            run.n_entries += run.end == i ||
                             postings->items[run.end].entry != postings->items[run.end - 1].entry;
            run.end++;
        }
        runs[n++] = run;
        i = run.end;
    }
    return n;
}

/* Puts `other` among the best of `entry`; earlier places win ties. */
static void offer(struct sc_entry *entry, unsigned *scores, size_t other, unsigned score)
{
    size_t at = entry->n_related;

    while (at > 0 && scores[at - 1] < score)
        at--;
    if (at >= RELATED_MAX)
        return;
    if (entry->n_related < RELATED_MAX)
        entry->n_related++;
    for (size_t i = entry->n_related - 1; i > at; i--) {
        scores[i] = scores[i - 1];
        entry->related[i] = entry->related[i - 1];
    }
    scores[at] = score;
    entry->related[at] = other;
}

static void relate_one(struct sc_build *build, const struct postings *postings,
                       const struct run *runs, const size_t *run_of, const size_t *first_of,
                       const size_t *places, unsigned *score, size_t e)
{
    unsigned best[RELATED_MAX] = {0};
    struct sc_entry *entry = &build->entries[e];

    memset(score, 0, build->n_entries * sizeof *score);
    for (size_t k = first_of[e]; k < first_of[e + 1]; k++) {
        const struct run *run = &runs[run_of[places[k]]];

        if (build->n_entries > 20 && run->n_entries > build->n_entries / 4)
            continue;
        for (size_t i = run->begin; i < run->end; i++)
            if (i == run->begin || postings->items[i].entry != postings->items[i - 1].entry)
                score[postings->items[i].entry] += (unsigned)(1000 / (run->n_entries + 1));
    }
    for (size_t i = 0; i < build->n_entries; i++)
        if (i != e && score[i] >= SCORE_LEAST)
            offer(entry, best, i, score[i]);
}

/* places: postings by entry; first_of: where each entry's begin. */
static void sort_by_entry(const struct postings *postings, size_t n_entries, size_t *first_of,
                          size_t *places)
{
    memset(first_of, 0, (n_entries + 2) * sizeof *first_of);
    for (size_t i = 0; i < postings->n; i++)
        first_of[postings->items[i].entry + 2]++;
    for (size_t e = 2; e < n_entries + 2; e++)
        first_of[e] += first_of[e - 1];
    for (size_t i = 0; i < postings->n; i++)
        places[first_of[postings->items[i].entry + 1]++] = i;
}

enum sc_status sc_site_relate(struct sc_build *build, struct sc_error *err)
{
    struct postings postings = {0};
    struct sc_arena arena = {0};
    struct run *runs;
    size_t *numbers; /* run_of, places, then first_of */
    unsigned *score;
    enum sc_status status = SC_OK;

    for (size_t e = 0; e < build->n_entries; e++)
        add_entry(&postings, &arena, build, e);
    if (!postings.items) { /* no words at all, or no memory for the first */
        sc_arena_release(&arena);
        return postings.failed ? sc_fail_nomem(err) : SC_OK;
    }
    if (postings.n)
        qsort(postings.items, postings.n, sizeof *postings.items, by_word);
    runs = sc_alloc_array(postings.n + 1, sizeof *runs);
    numbers = sc_alloc_array(2 * postings.n + build->n_entries + 2, sizeof *numbers);
    score = sc_alloc_array(build->n_entries + 1, sizeof *score);
    if (postings.failed || !runs || !numbers || !score) {
        status = sc_fail_nomem(err);
    } else {
        size_t *places = numbers + postings.n;
        size_t *first_of = places + postings.n;
        size_t n_runs = find_runs(&postings, runs);

        for (size_t r = 0; r < n_runs; r++)
            for (size_t i = runs[r].begin; i < runs[r].end; i++)
                numbers[i] = r;
        sort_by_entry(&postings, build->n_entries, first_of, places);
        for (size_t e = 0; e < build->n_entries; e++)
            relate_one(build, &postings, runs, numbers, first_of, places, score, e);
    }
    sc_free(runs);
    sc_free(numbers);
    sc_free(score);
    sc_free(postings.items);
    sc_arena_release(&arena);
    return status;
}

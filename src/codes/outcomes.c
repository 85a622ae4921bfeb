/*
 * outcomes.c - the Home Office outcome codes, as records write them.
 *
 * A value is read first as a code ("1", "01", "1A", "1d", "OC01 - Charge/
 * Summons", "Outcome 16"), then as wording: the official meaning, or the
 * group's or data.police.uk's words where only one outcome has them.
 */
#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "codes/codes.h"
#include "codes/list.h"

#define OUTCOMES_MAX 64

static struct sc_outcome outcomes[OUTCOMES_MAX];
static const char *street_wording[OUTCOMES_MAX];
static size_t n_outcomes;
static pthread_once_t loaded = PTHREAD_ONCE_INIT;

static void load(void)
{
    struct sc_list list;

    if (!sc_list_open(&list, "outcomes.csv"))
        return;
    while (n_outcomes < OUTCOMES_MAX && sc_list_next(&list)) {
        outcomes[n_outcomes] = (struct sc_outcome){list.fields[0], list.fields[1], list.fields[2],
                                                   list.fields[0][0] == 'C'};
        street_wording[n_outcomes] = list.fields[4];
        n_outcomes++;
    }
}

size_t sc_outcomes_count(void)
{
    (void)pthread_once(&loaded, load);
    return n_outcomes;
}

const struct sc_outcome *sc_outcome_at(size_t i)
{
    return &outcomes[i];
}

static int find_code(const char *code)
{
    for (size_t i = 0; i < n_outcomes; i++) {
        if (strcasecmp(outcomes[i].code, code) == 0)
            return (int)i;
    }
    return -1;
}

/* Reads a code at the front of `s`; -1 when there is none. */
static int read_code(struct sc_slice s)
{
    char code[8];
    size_t at = 0;
    size_t n = 0;

    if (s.len >= 2 && strncasecmp(s.data, "OC", 2) == 0)
        at = 2;
    else if (s.len >= 8 && strncasecmp(s.data, "outcome ", 8) == 0)
        at = 8;
    if (at == 0 && s.len >= 2 && toupper((unsigned char)s.data[0]) == 'C' &&
        isdigit((unsigned char)s.data[1]))
        code[n++] = s.data[at++];
    while (at + 1 < s.len && s.data[at] == '0' && isdigit((unsigned char)s.data[at + 1]))
        at++;
    while (at < s.len && isdigit((unsigned char)s.data[at]) && n < 4)
        code[n++] = s.data[at++];
    if (n == 0 || (n == 1 && !isdigit((unsigned char)code[0])))
        return -1;
    if (at < s.len && isalpha((unsigned char)s.data[at]) &&
        (at + 1 == s.len || !isalnum((unsigned char)s.data[at + 1]))) {
        char letter = (char)toupper((unsigned char)s.data[at++]);

        /* some systems write 1d or 1e for the alternate offence */
        code[n++] = letter == 'D' || letter == 'E' ? 'A' : letter;
    }
    if (at < s.len && isalnum((unsigned char)s.data[at]))
        return -1;
    code[n] = '\0';
    return find_code(code);
}

/* The one outcome with these words in `words[i]`; -1 when none or several. */
static int find_words(struct sc_slice s, const char *(*words)(size_t i))
{
    int found = -1;

    for (size_t i = 0; i < n_outcomes; i++) {
        if (!words(i)[0] || !sc_slice_eq_nocase(s, words(i)))
            continue;
        if (found >= 0)
            return -1;
        found = (int)i;
    }
    return found;
}

static const char *label_words(size_t i)
{
    return outcomes[i].label;
}

static const char *group_words(size_t i)
{
    return outcomes[i].group;
}

static const char *street_words(size_t i)
{
    return street_wording[i];
}

int sc_outcome_find(struct sc_slice written)
{
    struct sc_slice s = sc_slice_trim(written);
    int found;

    (void)pthread_once(&loaded, load);
    if (s.len == 0)
        return -1;
    found = read_code(s);
    if (found < 0)
        found = find_words(s, label_words);
    if (found < 0)
        found = find_words(s, group_words);
    if (found < 0)
        found = find_words(s, street_words);
    return found;
}

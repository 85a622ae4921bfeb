/*
 * outcomes.c - the Home Office outcome codes, as records write them.
 *
 * A value is first folded: letters to lower case, every kind of dash to a
 * hyphen, runs of spaces to one. It is then read as a code ("1", "01", "1A",
 * "1d", "OC01 - Charge/Summons", "Outcome 16"), and if it is none as wording:
 * an outcome's official meaning, or the group's or data.police.uk's words where
 * they belong to one outcome only.
 *
 * A bare number is a code only where it stands alone or is set off by
 * punctuation. A disposal column also holds "12 months conditional discharge",
 * dates and amounts, and none of these is an outcome. 1A, 2A and 3A are
 * outcomes of their own here; some systems write 1d or 1e for the first.
 */
#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "codes/codes.h"
#include "codes/list.h"

#define OUTCOMES_MAX 64
#define FOLDED_MAX 128

enum wording { WORDING_LABEL, WORDING_GROUP, WORDING_STREET, N_WORDINGS };

/* A value folded; `cut` when it was longer than there is room for. */
struct folded {
    char text[FOLDED_MAX];
    bool cut;
};

static char pool[16 * 1024];
static struct sc_outcome outcomes[OUTCOMES_MAX];
static struct folded wordings[OUTCOMES_MAX][N_WORDINGS];
static size_t n_outcomes;
static const char *problem;
static pthread_once_t loaded = PTHREAD_ONCE_INIT;

/* ---- folding ---- */

/* Takes one character off the front of `s`: ' ' for any space, '-' for any dash. */
static char take_folded(struct sc_slice *s)
{
    static const struct {
        const char *bytes;
        size_t len;
        unsigned char as;
    } marks[] = {
        {"\xc2\xa0", 2, ' '},     {"\xe2\x80\x90", 3, '-'}, {"\xe2\x80\x91", 3, '-'},
        {"\xe2\x80\x92", 3, '-'}, {"\xe2\x80\x93", 3, '-'}, {"\xe2\x80\x94", 3, '-'},
        {"\xe2\x88\x92", 3, '-'}, {"\x96", 1, '-'},         {"\x97", 1, '-'},
        {"\t", 1, ' '},           {"\r", 1, ' '},           {"\n", 1, ' '},
    };
    size_t len = 1;
    unsigned char c = (unsigned char)tolower((unsigned char)s->data[0]);

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (s->len >= marks[i].len && memcmp(s->data, marks[i].bytes, marks[i].len) == 0) {
            c = marks[i].as;
            len = marks[i].len;
            break;
        }
    }
    s->data += len;
    s->len -= len;
    if (c == '\0')
        return '?'; /* folded text ends at its first NUL */
    return (char)c;
}

static void fold(struct sc_slice s, struct folded *ret_folded)
{
    size_t n = 0;

    s = sc_slice_trim(s);
    ret_folded->cut = false;
    while (s.len) {
        char c = take_folded(&s);

        if (c == ' ' && (n == 0 || ret_folded->text[n - 1] == ' '))
            continue;
        if (n == FOLDED_MAX - 1) {
            ret_folded->cut = true;
            break;
        }
        ret_folded->text[n++] = c;
    }
    while (n && ret_folded->text[n - 1] == ' ')
        n--;
    ret_folded->text[n] = '\0';
}

/* ---- codes ---- */

/* The outcome with this code in lower case, or -1. */
static int find_code(const char *code)
{
    for (size_t i = 0; i < n_outcomes; i++) {
        const char *own = outcomes[i].code;
        size_t n = 0;

        while (own[n] && tolower((unsigned char)own[n]) == code[n])
            n++;
        if (!own[n] && !code[n])
            return (int)i;
    }
    return -1;
}

/* Steps over "oc", "outcome", "outcome type", "outcome code"; true when there was one. */
static bool skip_prefix(const char **at)
{
    static const char *const prefixes[] = {"outcome type", "outcome code", "outcome", "oc"};

    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        size_t len = strlen(prefixes[i]);

        if (strncmp(*at, prefixes[i], len) == 0) {
            *at += len;
            *at += strspn(*at, " :");
            return true;
        }
    }
    return false;
}

/* Takes a code's own characters into `code` (room for 8); false when there are none. */
static bool take_code(const char **at, char *code)
{
    const char *p = *at;
    size_t n = 0;
    size_t digits;

    if (*p == 'c')
        code[n++] = *p++;
    else
        while (p[0] == '0' && isdigit((unsigned char)p[1]))
            p++;
    digits = strspn(p, "0123456789");
    if (digits == 0 || digits > 2)
        return false;
    memcpy(code + n, p, digits);
    n += digits;
    p += digits;
    if (isalpha((unsigned char)*p))
        code[n++] = *p++;
    code[n] = '\0';
    if (strcmp(code, "1d") == 0 || strcmp(code, "1e") == 0)
        code[1] = 'a'; /* the alternate offence, in some systems */
    *at = p;
    return true;
}

static bool has_wording(int outcome, const char *text)
{
    for (int w = 0; w < N_WORDINGS; w++) {
        if (strcmp(wordings[outcome][w].text, text) == 0)
            return true;
    }
    return false;
}

/* Whether `rest` may follow the code of `outcome`. */
static bool may_follow(const char *rest, bool prefixed, int outcome)
{
    bool spaced = *rest == ' ';

    if (*rest == '\0' || strcmp(rest, ".0") == 0) /* a spreadsheet's number */
        return true;
    rest += spaced;
    if (*rest && strchr("-:.,;()[", *rest)) {
        rest++;
        rest += *rest == ' ';
        return !isdigit((unsigned char)*rest); /* a date, a time, an amount, a list of codes */
    }
    if (!spaced)
        return false;
    return prefixed ? !isdigit((unsigned char)*rest) : has_wording(outcome, rest);
}

/* The outcome whose code begins the value; -1 when none does. */
static int read_code(const struct folded *value)
{
    const char *at = value->text;
    char code[8];
    bool prefixed = skip_prefix(&at);
    int found;

    if (!take_code(&at, code))
        return -1;
    found = find_code(code);
    return found >= 0 && may_follow(at, prefixed, found) ? found : -1;
}

/* ---- words ---- */

/* The one outcome with this wording of the kinds `from` to `to`; -1 when none or several. */
static int read_words(const struct folded *value, enum wording from, enum wording to)
{
    int found = -1;

    for (size_t i = 0; i < n_outcomes; i++) {
        bool here = false;

        for (int w = (int)from; w <= (int)to; w++)
            here = here || strcmp(wordings[i][w].text, value->text) == 0;
        if (here && found >= 0)
            return -1;
        if (here)
            found = (int)i;
    }
    return found;
}

/* ---- the list ---- */

static const char *check_outcome(size_t i)
{
    struct folded code;

    fold(sc_slice_of(outcomes[i].code), &code);
    if (find_code(code.text) != (int)i)
        return "outcomes.csv has a code twice";
    if (read_code(&code) != (int)i)
        return "outcomes.csv has a code that does not read as one";
    if (!outcomes[i].group[0] ||
        read_words(&wordings[i][WORDING_LABEL], WORDING_LABEL, WORDING_LABEL) != (int)i)
        return "outcomes.csv has an outcome without meaning or group, or a meaning twice";
    for (int w = 0; w < N_WORDINGS; w++) {
        if (wordings[i][w].cut)
            return "outcomes.csv has wording longer than there is room for";
    }
    return NULL;
}

static const char *load_outcomes(void)
{
    const char *wrong = NULL;
    struct sc_list list;
    size_t code;
    size_t columns[N_WORDINGS];

    sc_list_open(&list, "outcomes.csv", pool, sizeof pool);
    code = sc_list_column(&list, "code");
    columns[WORDING_LABEL] = sc_list_column(&list, "meaning");
    columns[WORDING_GROUP] = sc_list_column(&list, "home_office_group");
    columns[WORDING_STREET] = sc_list_column(&list, "data_police_uk_category_unverified");
    while (sc_list_next(&list)) {
        if (n_outcomes == OUTCOMES_MAX)
            return "outcomes.csv has more rows than there is room for";
        outcomes[n_outcomes] =
            (struct sc_outcome){list.fields[code], list.fields[columns[WORDING_LABEL]],
                                list.fields[columns[WORDING_GROUP]], list.fields[code][0] == 'C'};
        for (int w = 0; w < N_WORDINGS; w++)
            fold(sc_slice_of(list.fields[columns[w]]), &wordings[n_outcomes][w]);
        n_outcomes++;
    }
    if (!sc_list_sound(&list) || n_outcomes == 0)
        return "outcomes.csv does not read";
    for (size_t i = 0; !wrong && i < n_outcomes; i++)
        wrong = check_outcome(i);
    return wrong;
}

static void load(void)
{
    problem = load_outcomes();
}

const char *sc_outcomes_problem(void)
{
    (void)pthread_once(&loaded, load);
    return problem;
}

size_t sc_outcomes_count(void)
{
    return sc_outcomes_problem() ? 0 : n_outcomes;
}

const struct sc_outcome *sc_outcome_at(size_t i)
{
    return i < sc_outcomes_count() ? &outcomes[i] : NULL;
}

int sc_outcome_find(struct sc_slice written)
{
    struct folded value;
    int found;

    if (sc_outcomes_problem())
        return -1;
    fold(written, &value);
    if (value.text[0] == '\0')
        return -1;
    found = read_code(&value);
    if (found < 0 && !value.cut)
        found = read_words(&value, WORDING_LABEL, WORDING_LABEL);
    if (found < 0 && !value.cut)
        found = read_words(&value, WORDING_GROUP, WORDING_STREET);
    return found;
}

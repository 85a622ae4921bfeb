/*
 * figures.c - what a published figure says: a number or a mark.
 *
 * The usual marks are those of the Government Statistical Service ([c], [x], [z],
 * [low]), of the Department for Education (c, z, k, x), of tau-ARGUS and of police
 * disclosure logs (*, <5, "fewer than 5", blank). Where two houses disagree the
 * meaning that tells a reader less is taken, and the caller's own marks come first.
 */
#include <string.h>

#include "system/release.h"

static const struct sc_mark usual_marks[] = {
    {"", SC_FIGURE_HIDDEN, 0, 0},
    {"*", SC_FIGURE_HIDDEN, 0, 0},
    {"**", SC_FIGURE_HIDDEN, 0, 0},
    {"x", SC_FIGURE_HIDDEN, 0, 0},
    {"[x]", SC_FIGURE_HIDDEN, 0, 0},
    {"c", SC_FIGURE_HIDDEN, 0, 0},
    {"[c]", SC_FIGURE_HIDDEN, 0, 0},
    {"s", SC_FIGURE_HIDDEN, 0, 0},
    {"[s]", SC_FIGURE_HIDDEN, 0, 0},
    {"..", SC_FIGURE_HIDDEN, 0, 0},
    {"...", SC_FIGURE_HIDDEN, 0, 0},
    {"~", SC_FIGURE_HIDDEN, 0, 0},
    {"-", SC_FIGURE_HIDDEN, 0, 0},
    {"#", SC_FIGURE_HIDDEN, 0, 0},
    {":", SC_FIGURE_HIDDEN, 0, 0},
    {"[u]", SC_FIGURE_HIDDEN, 0, 0},
    {"\xE2\x80\x93", SC_FIGURE_HIDDEN, 0, 0},
    {"\xE2\x80\x94", SC_FIGURE_HIDDEN, 0, 0},
    {"u", SC_FIGURE_HIDDEN, 0, 0},
    {"[w]", SC_FIGURE_HIDDEN, 0, 0},
    {"n/a", SC_FIGURE_HIDDEN, 0, 0},
    {"suppressed", SC_FIGURE_HIDDEN, 0, 0},
    {"withheld", SC_FIGURE_HIDDEN, 0, 0},
    {"supp", SC_FIGURE_HIDDEN, 0, 0},
    {"redacted", SC_FIGURE_HIDDEN, 0, 0},
    {"k", SC_FIGURE_NONZERO, 0, 0},
    {"[k]", SC_FIGURE_NONZERO, 0, 0},
    {"[low]", SC_FIGURE_NONZERO, 0, 0},
    {"low", SC_FIGURE_NONZERO, 0, 0},
    {"z", SC_FIGURE_VOID, 0, 0},
    {"[z]", SC_FIGURE_VOID, 0, 0},
};

/* "12" or "1,234"; 15 digits at most. */
static bool parse_number(struct sc_slice s, int64_t *ret)
{
    int64_t value = 0;
    size_t digits = 0, since_comma = 0;
    bool comma = false;

    for (size_t i = 0; i < s.len; i++) {
        if (s.data[i] == ',') {
            if (digits == 0 || (comma && since_comma != 3) || digits > 3 + (comma ? 15 : 0))
                return false;
            comma = true;
            since_comma = 0;
            continue;
        }
        if (s.data[i] < '0' || s.data[i] > '9' || ++digits > 15)
            return false;
        value = 10 * value + (s.data[i] - '0');
        since_comma++;
    }
    if (digits == 0 || (comma && since_comma != 3))
        return false;
    *ret = value;
    return true;
}

/* Cuts `prefix` (ASCII, any case) and the spaces after it. */
static bool cut(struct sc_slice *s, const char *prefix)
{
    size_t n = strlen(prefix);

    if (s->len < n || !sc_slice_eq_nocase((struct sc_slice){s->data, n}, prefix))
        return false;
    s->data += n;
    s->len -= n;
    *s = sc_slice_trim(*s);
    return true;
}

/* "<5", "<=4", "fewer than 5", "under 5", "1-4", "1 to 4": the most it can be. */
static bool parse_small(struct sc_slice s, int64_t *ret_most)
{
    static const char *const strict[] = {"<", "fewer than", "less than", "under", "below"};
    static const char *const loose[] = {"<=", "\xE2\x89\xA4", "up to"};
    static const char *const ranges[] = {"1-", "1 -", "1 to", "1\xE2\x80\x93"};

    if (s.len > 2 && s.data[0] == '[' && s.data[s.len - 1] == ']')
        s = sc_slice_trim((struct sc_slice){s.data + 1, s.len - 2});
    for (size_t i = 0; i < sizeof loose / sizeof *loose; i++)
        if (cut(&s, loose[i]))
            return parse_number(s, ret_most) && *ret_most >= 1;
    for (size_t i = 0; i < sizeof strict / sizeof *strict; i++)
        if (cut(&s, strict[i])) {
            if (!parse_number(s, ret_most) || *ret_most < 2)
                return false;
            --*ret_most;
            return true;
        }
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (cut(&s, ranges[i]))
            return parse_number(s, ret_most) && *ret_most >= 1;
    return false;
}

static bool find_mark(struct sc_slice s, const struct sc_mark *marks, size_t n,
                      struct sc_figure *ret_figure)
{
    for (size_t i = 0; i < n; i++)
        if (sc_slice_eq_nocase(s, marks[i].text)) {
            ret_figure->kind = marks[i].kind;
            ret_figure->value = marks[i].kind == SC_FIGURE_SMALL ? marks[i].value : 0;
            ret_figure->least = marks[i].least;
            return true;
        }
    return false;
}

bool sc_figure_parse(struct sc_slice written, const struct sc_mark *marks, size_t n_marks,
                     struct sc_figure *ret_figure)
{
    struct sc_slice s = sc_slice_trim(written);
    int64_t value;

    ret_figure->least = 0;
    if (find_mark(s, marks, n_marks, ret_figure))
        return true;
    if (parse_number(s, &value)) {
        ret_figure->kind = SC_FIGURE_VALUE;
        ret_figure->value = value;
        return true;
    }
    if (find_mark(s, usual_marks, sizeof usual_marks / sizeof *usual_marks, ret_figure))
        return true;
    if (parse_small(s, &value)) {
        ret_figure->kind = SC_FIGURE_SMALL;
        ret_figure->value = value;
        return true;
    }
    return false;
}

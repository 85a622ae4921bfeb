#include "system/marks.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"

size_t sc_marks_meaning(const struct sc_marks *marks, struct sc_mark ret_marks[2])
{
    ret_marks[0] = (struct sc_mark){.text = marks->first, .kind = SC_FIGURE_HIDDEN};
    if (!marks->second)
        return 1;
    ret_marks[0].kind = SC_FIGURE_SMALL;
    ret_marks[0].value = marks->threshold - 1;
    ret_marks[0].least = marks->zeros_hidden ? 0 : 1;
    ret_marks[1] =
        (struct sc_mark){.text = marks->second, .kind = SC_FIGURE_LARGE, .least = marks->threshold};
    return 2;
}

/* "1-4", "1 to 4": not nothing, whatever they say besides. */
static bool begins_at_one(const char *text)
{
    text += text[0] == '[';
    return text[0] == '1';
}

/* Whether what a reader takes a text to mean is true of small counts. */
static bool suits_small(const struct sc_marks *marks, const struct sc_figure *usual)
{
    switch (usual->kind) {
    case SC_FIGURE_HIDDEN:
        return true;
    case SC_FIGURE_NONZERO:
        return !marks->zeros_hidden;
    case SC_FIGURE_SMALL:
        return usual->value == marks->threshold - 1 &&
               !(marks->zeros_hidden && begins_at_one(marks->first));
    default:
        return false;
    }
}

static bool begins_formula(const char *text)
{
    return *text && strchr("=+-@", *text);
}

static enum sc_status check_second(const struct sc_marks *marks, bool *ret_second,
                                   struct sc_error *err)
{
    int64_t least = marks->zeros_hidden ? 0 : 1;
    struct sc_figure usual;

    *ret_second = false;
    if (marks->threshold - 1 <= least)
        return sc_fail(err, SC_E_RANGE,
                       "'%s' would stand for one number alone: with two marks expected a threshold "
                       "of at least 3",
                       marks->first);
    *ret_second = !begins_formula(marks->first);
    if (begins_formula(marks->first) || begins_formula(marks->second))
        return sc_fail(err, SC_E_RANGE,
                       "'%s': a spreadsheet takes it for a formula: expected a mark that does not "
                       "begin with =, +, - or @",
                       *ret_second ? marks->second : marks->first);
    if (sc_slice_eq_nocase(sc_slice_of(marks->first), marks->second))
        return sc_fail(err, SC_E_RANGE, "'%s' is both marks: expected two texts, or one mark",
                       marks->second);
    if (sc_figure_parse(sc_slice_of(marks->second), NULL, 0, &usual) &&
        usual.kind != SC_FIGURE_HIDDEN)
        return sc_fail(err, SC_E_RANGE,
                       "'%s' says something else to readers: expected a mark such as [x] or * for "
                       "figures of %" PRId64 " or more",
                       marks->second, marks->threshold);
    return SC_OK;
}

enum sc_status sc_marks_check(const struct sc_marks *marks, bool *ret_second, struct sc_error *err)
{
    struct sc_figure usual;
    bool known = sc_figure_parse(sc_slice_of(marks->first), NULL, 0, &usual);

    *ret_second = false;
    if (known && !marks->second && usual.kind != SC_FIGURE_HIDDEN)
        return sc_fail(err, SC_E_RANGE,
                       "'%s' says something of how large a figure is, and stands for all that is "
                       "withheld: expected a mark such as [c], or a second one for larger figures",
                       marks->first);
    if (known && marks->second && !suits_small(marks, &usual))
        return sc_fail(err, SC_E_RANGE,
                       "'%s' is not what readers take for %d to %" PRId64 ": expected a mark such "
                       "as [c] or <%" PRId64,
                       marks->first, marks->zeros_hidden ? 0 : 1, marks->threshold - 1,
                       marks->threshold);
    return marks->second ? check_second(marks, ret_second, err) : SC_OK;
}

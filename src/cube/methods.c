#include "cube/methods.h"

static uint64_t bits(size_t n)
{
    return n >= 64 ? UINT64_MAX : (1ULL << n) - 1;
}

/* The categories that are in some group. */
static uint64_t grouped(const struct sc_dictionary *dictionary)
{
    uint64_t all = 0;

    for (size_t g = 0; g < dictionary->n_groups; g++)
        all |= dictionary->groups[g].categories;
    return all;
}

size_t sc_methods_count(const struct sc_dictionary *dictionary, bool groups)
{
    return dictionary->n_categories + (groups ? dictionary->n_groups : 0) + 1;
}

uint64_t sc_methods_set(const struct sc_axis *axis, uint64_t found)
{
    const struct sc_dictionary *dictionary = axis->dictionary;
    uint64_t set = found >> axis->first_bit & bits(dictionary->n_categories);

    if (axis->groups)
        set = (set & ~grouped(dictionary)) | sc_dictionary_groups_of(dictionary, set)
                                                 << dictionary->n_categories;
    return set ? set : 1ULL << sc_methods_none(axis);
}

uint64_t sc_methods_joined(const struct sc_axis *axis, uint64_t set)
{
    uint64_t none = 1ULL << sc_methods_none(axis);
    uint64_t fallbacks = 0;

    for (size_t i = 0; i < axis->dictionary->n_categories; i++)
        fallbacks |= axis->dictionary->categories[i].fallback ? 1ULL << i : 0;
    if (set & ~(fallbacks | none))
        return set & ~(fallbacks | none);
    return set & fallbacks ? set & fallbacks : set;
}

const struct sc_dictionary_group *sc_methods_group(const struct sc_axis *axis, uint32_t number)
{
    size_t n = axis->dictionary->n_categories;

    return number >= n && number < sc_methods_none(axis) ? &axis->dictionary->groups[number - n]
                                                         : NULL;
}

/* Adds the groups of which category `c` is the first. */
static size_t add_groups(const struct sc_dictionary *dictionary, size_t c, uint32_t *order,
                         size_t n)
{
    for (size_t g = 0; g < dictionary->n_groups; g++) {
        if ((dictionary->groups[g].categories & bits(c + 1)) == 1ULL << c)
            order[n++] = (uint32_t)(dictionary->n_categories + g);
    }
    return n;
}

size_t sc_methods_order(const struct sc_axis *axis, uint32_t *order)
{
    const struct sc_dictionary *dictionary = axis->dictionary;
    uint64_t within = axis->groups ? grouped(dictionary) : 0;
    size_t n = 0;

    for (int fallback = 0; fallback <= 1; fallback++) {
        for (size_t c = 0; c < dictionary->n_categories; c++) {
            if (dictionary->categories[c].fallback != (fallback == 1))
                continue;
            if (within >> c & 1)
                n = add_groups(dictionary, c, order, n);
            else
                order[n++] = (uint32_t)c;
        }
    }
    order[n++] = sc_methods_none(axis);
    return n;
}

static void note_group(const struct sc_dictionary *dictionary,
                       const struct sc_dictionary_group *group, const char *thing,
                       struct sc_buf *out)
{
    bool first = true;

    sc_buf_addf(out, " '%s' counts each %s once that named any of: ", group->label, thing);
    for (size_t c = 0; c < dictionary->n_categories; c++) {
        if (!(group->categories >> c & 1))
            continue;
        sc_buf_addf(out, "%s%s", first ? "" : ", ", dictionary->categories[c].label);
        first = false;
    }
    sc_buf_addc(out, '.');
}

void sc_methods_note(const struct sc_axis *axis, const char *thing, struct sc_buf *out)
{
    const struct sc_dictionary *dictionary = axis->dictionary;

    sc_buf_addf(out,
                "Found by a search for key words in the free text of each record. One %s can name "
                "several methods, so the columns do not add up to the total.",
                thing);
    for (size_t g = 0; axis->groups && g < dictionary->n_groups; g++)
        note_group(dictionary, &dictionary->groups[g], thing, out);
    if (sc_dictionary_has_near(dictionary))
        sc_buf_addf(out, " Words that are one or two letters away from a key word are %s.",
                    dictionary->near_counts ? "counted too" : "not counted here");
}

/*
 * selections.c - common parts of selections of offences.
 *
 * The elements are the codes that any selection names, the rest of each class that one names, and
 * the rest of all offences. A selection holds an element when it names it, or its class, or
 * nothing. Elements in the same selections are one part. So "all offences" beside "71/17" has two
 * parts: 71/17, and all others.
 */
#include "answer/selections.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "codes/codes.h"

#define REST "others"

/* The recorded-crime class of a code; "" for a class, or a code that is in no list. */
static const char *class_of(const char *code)
{
    const char *class = "";

    return strchr(code, '/') && sc_offence_code_find(code, NULL, &class) && class ? class : "";
}

static bool names(const struct sc_selection *s, const char *code)
{
    for (size_t i = 0; i < s->n_codes; i++)
        if (strcmp(s->codes[i], code) == 0)
            return true;
    return false;
}

/* Whether the selection holds the element: a code, or (the rest of) a class. */
static bool holds(const struct sc_selection *s, const char *element)
{
    return s->n_codes == 0 || names(s, element) || names(s, class_of(element));
}

bool sc_selections_meet(const struct sc_selection *a, const struct sc_selection *b)
{
    if (a->date != b->date)
        return false;
    if (a->n_codes == 0 || b->n_codes == 0)
        return true;
    for (size_t i = 0; i < a->n_codes; i++)
        if (holds(b, a->codes[i]))
            return true;
    for (size_t i = 0; i < b->n_codes; i++)
        if (holds(a, b->codes[i]))
            return true;
    return false;
}

static bool equal(const struct sc_selection *a, const struct sc_selection *b)
{
    if (a->date != b->date || a->n_codes != b->n_codes)
        return false;
    for (size_t i = 0; i < a->n_codes; i++)
        if (strcmp(a->codes[i], b->codes[i]) != 0)
            return false;
    return true;
}

/* ---- names ---- */

static enum sc_status name_selection(struct sc_selection *s, struct sc_arena *arena,
                                     struct sc_error *err)
{
    SC_AUTO_BUF name = {0};
    enum sc_status status;

    sc_buf_addf(&name, "%s:", sc_date_event_name(s->date));
    for (size_t i = 0; i < s->n_codes; i++)
        sc_buf_addf(&name, " %s", s->codes[i]);
    if (s->n_codes == 0)
        sc_buf_adds(&name, " all");
    status = sc_buf_check(&name, err);
    if (status)
        return status;
    s->name = sc_arena_strdup(arena, name.data);
    return s->name ? SC_OK : sc_fail_nomem(err);
}

/* ---- parts ---- */

struct element {
    const char *code; /* NULL: the rest of all */
    uint64_t in;      /* bit i: in the i-th different selection */
};

struct parting {
    struct sc_selection **different;
    size_t n_different;
    struct element *elements;
    size_t n_elements;
    size_t elements_capacity;
    struct sc_arena *arena;
    struct sc_error *err;
};

static enum sc_status add_element(struct parting *p, const char *code, enum sc_date_event date)
{
    struct element *element;
    uint64_t in = 0;
    enum sc_status status;

    for (size_t i = 0; i < p->n_different; i++)
        if (p->different[i]->date == date &&
            (code ? holds(p->different[i], code) : p->different[i]->n_codes == 0))
            in |= UINT64_C(1) << i;
    if (in == 0)
        return SC_OK;
    for (size_t i = 0; i < p->n_elements; i++)
        if (p->elements[i].in == in)
            return SC_OK; /* the same part */
    status = sc_grow((void **)&p->elements, &p->elements_capacity, p->n_elements,
                     sizeof *p->elements, p->err);
    if (status)
        return status;
    element = &p->elements[p->n_elements++];
    *element = (struct element){code, in};
    return SC_OK;
}

/* A part that is a selection by itself goes by its name. */
static const char *part_name(struct parting *p, const struct element *part)
{
    SC_AUTO_BUF name = {0};

    for (size_t i = 0; i < p->n_different; i++) {
        bool alone = part->in >> i & 1;

        for (size_t e = 0; e < p->n_elements && alone; e++)
            alone = &p->elements[e] == part || !(p->elements[e].in >> i & 1);
        if (alone)
            return p->different[i]->name;
    }
    for (size_t i = 0; i < p->n_different; i++)
        if (part->in >> i & 1)
            sc_buf_addf(&name, "%s%s", name.len ? " & " : "", p->different[i]->name);
    sc_buf_addf(&name, " (%s)", part->code ? part->code : REST);
    return name.failed ? NULL : sc_arena_strdup(p->arena, name.data);
}

static enum sc_status list_parts(struct parting *p, size_t selection)
{
    const char **parts = sc_arena_alloc(p->arena, (p->n_elements + 1) * sizeof *parts);
    size_t n = 0;

    if (!parts)
        return sc_fail_nomem(p->err);
    for (size_t e = 0; e < p->n_elements; e++) {
        if (!(p->elements[e].in >> selection & 1))
            continue;
        parts[n] = part_name(p, &p->elements[e]);
        if (!parts[n++])
            return sc_fail_nomem(p->err);
    }
    if (n > 1) {
        p->different[selection]->parts = parts;
        p->different[selection]->n_parts = n;
    }
    return SC_OK;
}

static enum sc_status find_different(struct parting *p, struct sc_selection *selections, size_t n)
{
    p->different = sc_arena_alloc(p->arena, SC_SELECTIONS_MAX * sizeof *p->different);
    if (!p->different)
        return sc_fail_nomem(p->err);
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;

        while (k < p->n_different && !equal(p->different[k], &selections[i]))
            k++;
        if (k < p->n_different)
            continue;
        if (k == SC_SELECTIONS_MAX)
            return sc_fail(p->err, SC_E_UNSUPPORTED,
                           "earlier releases are about more than %d different selections of "
                           "offences",
                           SC_SELECTIONS_MAX);
        p->different[p->n_different++] = &selections[i];
    }
    return SC_OK;
}

static enum sc_status find_elements(struct parting *p)
{
    enum sc_status status = SC_OK;

    for (size_t i = 0; i < p->n_different && !status; i++) {
        enum sc_date_event date = p->different[i]->date;

        for (size_t c = 0; c < p->different[i]->n_codes && !status; c++)
            status = add_element(p, p->different[i]->codes[c], date);
        if (!status)
            status = add_element(p, NULL, date);
    }
    return status;
}

enum sc_status sc_selections_part(struct sc_selection *selections, size_t n, struct sc_arena *arena,
                                  struct sc_error *err)
{
    struct parting p = {.arena = arena, .err = err};
    enum sc_status status = SC_OK;

    for (size_t i = 0; i < n && !status; i++)
        status = name_selection(&selections[i], arena, err);
    if (!status)
        status = find_different(&p, selections, n);
    if (!status)
        status = find_elements(&p);
    for (size_t i = 0; i < p.n_different && !status; i++)
        status = list_parts(&p, i);
    for (size_t i = 0; i < n && !status; i++)
        for (size_t k = 0; k < p.n_different; k++)
            if (equal(p.different[k], &selections[i])) {
                selections[i].parts = p.different[k]->parts;
                selections[i].n_parts = p.different[k]->n_parts;
            }
    sc_free(p.elements);
    return status;
}

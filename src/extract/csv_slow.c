#include "extract/csv_slow.h"

#include <assert.h>
#include <string.h>

/* One record, as read from its start. */
struct record {
    size_t end;      /* offset of the CR or LF that ends it */
    size_t n_fields; /* positions written for it */
    bool complete;   /* its end is in the text */
    bool in_quotes;  /* the text ends inside a quoted field of it */
    bool stray;      /* a quote in a quoted field that neither ends it nor is doubled */
    bool literal;    /* a quote in a field that is not quoted: text like any other */
    bool nul;
};

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

/* Reads one record by the rules in csv_index.h; writes the ends of its fields. */
static struct record read_record(const char *base, size_t from, size_t to, char delimiter,
                                 uint32_t *positions)
{
    struct record r = {0};
    bool quoted = false;
    bool field_start = true;
    size_t i = from;

    for (; i < to; i++) {
        char c = base[i];

        r.nul |= c == '\0';
        if (quoted) {
            if (c != '"')
                continue;
            if (i + 1 < to && base[i + 1] == '"') {
                i++;
            } else if (i + 1 >= to || base[i + 1] == delimiter || is_line_end(base[i + 1])) {
                quoted = false;
            } else {
                r.stray = true; /* a quote in the middle: taken as text */
            }
        } else if (c == '"') {
            if (field_start)
                quoted = true;
            else
                r.literal = true;
            field_start = false;
        } else if (c == delimiter) {
            positions[r.n_fields++] = (uint32_t)i;
            field_start = true;
        } else if (is_line_end(c)) {
            positions[r.n_fields++] = (uint32_t)i;
            r.complete = true;
            break;
        } else {
            field_start = false;
        }
    }
    r.end = i;
    r.in_quotes = quoted;
    return r;
}

static size_t line_end(const char *base, size_t from, size_t to)
{
    while (from < to && !is_line_end(base[from]))
        from++;
    return from;
}

/* Whether some line after the first of base[from..to) is a sound record by itself. */
static bool sound_record_follows(const struct sc_csv_slow *slow, const char *base, size_t from,
                                 size_t to, uint32_t *scratch)
{
    size_t at = line_end(base, from, to);

    while (at < to) {
        struct record r;

        at++;
        r = read_record(base, at, to, slow->delimiter, scratch);
        if (r.complete && !r.stray && r.n_fields == slow->n_fields && slow->n_fields > 1)
            return true;
        at = line_end(base, at, to);
    }
    return false;
}

static void add_row(struct sc_csv_slow *slow, size_t start, size_t n_fields, unsigned char fault)
{
    slow->rows[slow->n_rows] =
        (struct sc_row){(uint32_t)start, (uint32_t)slow->n_positions, (uint32_t)n_fields};
    slow->faults[slow->n_rows] = fault;
    slow->n_rows++;
    slow->n_positions += n_fields;
}

static unsigned char fault_mark(enum sc_fault fault)
{
    return (unsigned char)(1 + (unsigned)fault);
}

/* Makes the first line of the record at `from` a faulty row; returns where to go on. */
static size_t give_up_line(struct sc_csv_slow *slow, const char *base, size_t from, size_t to,
                           enum sc_fault fault)
{
    size_t end = line_end(base, from, to);

    slow->positions[slow->n_positions] = (uint32_t)end;
    add_row(slow, from, 1, fault_mark(fault));
    if (end == to) {
        slow->skipping = !slow->at_end; /* the rest of the line is still to come */
        return to;
    }
    return end + 1;
}

/* Deals with a record whose end is not in the text; returns where to go on. */
static size_t incomplete(struct sc_csv_slow *slow, char *base, size_t from, size_t to,
                         const struct record *r)
{
    uint32_t *scratch = slow->positions + slow->n_positions;

    if (to - from > SC_RECORD_MAX)
        return give_up_line(slow, base, from, to, SC_FAULTY_TOO_LONG);
    if (!slow->at_end) {
        slow->rest = from;
        slow->in_quotes = r->in_quotes;
        slow->odd_rest = r->stray || r->literal || r->nul;
        return to;
    }
    assert(r->in_quotes); /* an unquoted end was given its line break by the caller */
    if (sound_record_follows(slow, base, from, to, scratch))
        return give_up_line(slow, base, from, to, SC_FAULTY_CUT_OFF);
    slow->positions[slow->n_positions] = (uint32_t)to;
    add_row(slow, from, 1, fault_mark(SC_FAULTY_CUT_OFF));
    return to;
}

/* A record with a stray quote whose lines had better be read one by one. */
static bool better_by_lines(const struct sc_csv_slow *slow, const char *base, size_t from,
                            const struct record *r)
{
    if (r->n_fields != slow->n_fields)
        return true;
    return line_end(base, from, r->end) < r->end &&
           sound_record_follows(slow, base, from, r->end + 1,
                                slow->positions + slow->n_positions + r->n_fields);
}

static size_t complete(struct sc_csv_slow *slow, const char *base, size_t from, size_t to,
                       const struct record *r)
{
    if (r->end == from)
        return from + 1; /* a blank line */
    if (r->end - from > SC_RECORD_MAX)
        return give_up_line(slow, base, from, to, SC_FAULTY_TOO_LONG);
    if (r->stray && better_by_lines(slow, base, from, r))
        return give_up_line(slow, base, from, to, SC_FAULTY_STRAY_QUOTE);
    add_row(slow, from, r->n_fields,
            r->nul     ? fault_mark(SC_FAULTY_NUL)
            : r->stray ? fault_mark(SC_FAULTY_STRAY_QUOTE)
                       : SC_ROW_CLEAN);
    return r->end + 1;
}

void sc_csv_slow_read(struct sc_csv_slow *slow, char *base, size_t from, size_t to)
{
    size_t at = from;

    slow->n_positions = 0;
    slow->n_rows = 0;
    slow->in_quotes = false;
    slow->odd_rest = false;
    slow->rest = to;
    if (slow->skipping) {
        at = line_end(base, at, to);
        if (at == to) {
            slow->skipping = !slow->at_end;
            return;
        }
        at++;
        slow->skipping = false;
    }
    while (at < to) {
        struct record r =
            read_record(base, at, to, slow->delimiter, slow->positions + slow->n_positions);

        if (!r.complete && slow->at_end && !r.in_quotes) {
            base[to] = '\n'; /* the last line has no line break: it ends here */
            slow->positions[slow->n_positions + r.n_fields++] = (uint32_t)to;
            r.complete = true;
        }
        if (r.complete)
            at = complete(slow, base, at, to, &r);
        else
            at = incomplete(slow, base, at, to, &r);
    }
    if (slow->rest > to)
        slow->rest = to;
}

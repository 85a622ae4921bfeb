/*
 * worked.c - the extract of the worked request, and the truth about it.
 *
 * Each offence is made whole (attributes, persons, narrative) from random
 * numbers of its own, then written as one row for each victim x suspect. A few
 * rows are held back and come out much later, a few come twice: rows of an
 * offence need not stand together.
 *
 * The truth is worked out here from the offence as it was made, in plain
 * arrays and without any of the code that counts extracts.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "synth/parts.h"

/* The worked request: 1 April 2018 to 31 March 2021, by financial year. */
#define FIRST_DAY 17257   /* 2017-04-01 */
#define N_DAYS 1826       /* to 2022-03-31 */
#define PERIOD_FROM 17622 /* 2018-04-01 */
#define PERIOD_TO 18717   /* 2021-03-31 */
#define LAW_DAY 17259     /* 2017-04-03 */
#define N_MONTHS 36
#define N_YEARS 3

static const struct {
    const char *spellings[4];
    unsigned weight;
} codes[] = {
    {{"71/17", "071/17", "07117", "71/17 (S)"}, 2}, {{"88/1", "088/01", "08801", "88/1 (S)"}, 1},
    {{"8/6", "008/06", "00806", "8/6 (S/V)"}, 150}, {{"46/0", "046/00", "04600", "46/0"}, 120},
    {{"28/0", "028/00", "02800", "28/0"}, 60},      {{"195/41", "195/41", "19541", "195/41"}, 80},
    {{"66/1", "066/01", "06601", "66/1"}, 40},      {{"92/61", "092/61", "09261", "92/61"}, 50},
    {{"19/8", "019/08", "01908", "19/8 (S)"}, 12},  {{"8/35", "008/35", "00835", "8/35"}, 20},
    {{"1/1", "001/01", "00101", "1/1"}, 1},         {{"5/1", "005/01", "00501", "5/1"}, 14},
    {{"17/13", "017/13", "01713", "17/13"}, 8},     {{"20/3", "020/03", "02003", "20/3"}, 9},
    {{"34/1", "034/01", "03401", "34/1"}, 18},      {{"39/0", "039/00", "03900", "39/0"}, 22},
    {{"40/0", "040/00", "04000", "40/0"}, 30},      {{"43/0", "043/00", "04300", "43/0"}, 9},
    {{"44/0", "044/00", "04400", "44/0"}, 26},      {{"45/10", "045/10", "04510", "45/10"}, 55},
    {{"47/0", "047/00", "04700", "47/0"}, 17},      {{"48/1", "048/01", "04801", "48/1"}, 28},
    {{"49/10", "049/10", "04910", "49/10"}, 65},    {{"53/1", "053/01", "05301", "53/1"}, 12},
    {{"54/1", "054/01", "05401", "54/1"}, 8},       {{"56/0", "056/00", "05600", "56/0"}, 6},
    {{"57/1", "057/01", "05701", "57/1"}, 11},      {{"62/1", "062/01", "06201", "62/1"}, 5},
    {{"81/2", "081/02", "08102", "81/2"}, 13},      {{"83/1", "083/01", "08301", "83/1"}, 4},
};
#define N_CODES (sizeof codes / sizeof *codes)

static const struct {
    const char *code;
    const char *wording;
    unsigned weight; /* among offences under 71/17 that have an outcome */
} outcomes[] = {
    {"1", "Charge/Summons", 13},
    {"1A", "Charged, alternate offence", 2},
    {"3", "Caution, adult", 1},
    {"8", "Community resolution", 2},
    {"10", "Not in public interest, police", 2},
    {"14", "Evidential difficulties, no suspect, victim declines", 12},
    {"15", "Evidential difficulties, victim supports", 20},
    {"16", "Evidential difficulties, victim declines", 18},
    {"18", "No suspect identified", 24},
    {"20", "Other body", 2},
    {"21", "Further investigation not in public interest", 4},
};
#define N_OUTCOMES (sizeof outcomes / sizeof *outcomes)

static const char *const missing[] = {"", "NULL", "#N/A", "-", "None recorded", "#VALUE!"};
static const char *const removed_words[] = {"No Crime", "Cancelled", "Transferred"};

#define BANDS_VICTIM 4  /* 0-11, 12-15, 16+, unknown */
#define BANDS_SUSPECT 5 /* 10-17, 18-20, 21+, other, unknown */
static const char *const victim_codes[BANDS_VICTIM] = {"0-11", "12-15", "16+", "unknown"};
static const char *const suspect_codes[BANDS_SUSPECT] = {"10-17", "18-20", "21+", "other",
                                                         "unknown"};

/* ---- what is made ---- */

struct person {
    uint64_t id;
    int age; /* -1 missing */
    char sex;
};

#define PERSONS_MAX 3

struct offence {
    uint64_t number;
    size_t code;
    size_t spelling;
    int recorded;
    int reported;
    int from;
    int to;
    int removed; /* index of removed_words, or -1 */
    int outcome; /* index of outcomes, or -1: none */
    struct person victims[PERSONS_MAX];
    size_t n_victims;
    struct person suspects[PERSONS_MAX];
    size_t n_suspects;
    uint32_t methods;
    bool online;
};

/* A person of an offence under 71/17, remembered so that some come again. */
#define POOL 64

struct truth {
    uint64_t month[N_MONTHS];
    uint64_t victims[N_YEARS][BANDS_VICTIM];
    uint64_t suspects[N_YEARS][BANDS_SUSPECT];
    uint64_t method[N_MONTHS][SC_SYNTH_CATEGORIES];
    uint64_t outcome[N_MONTHS][N_OUTCOMES + 1];
    uint64_t read;
    uint64_t counted;
    uint64_t removed;
    uint64_t offence_code;
    uint64_t period;
    uint64_t duplicate;
    uint64_t before_law;
    uint64_t near_misses;
};

/* Persons counted so far: earliest month and band, by id. */
struct seen {
    uint64_t id;
    int month;
    int band;
};

struct people {
    struct seen *items;
    size_t n;
    size_t capacity;
};

#define LATE 512

struct maker {
    const struct sc_synth_options *options;
    struct sc_synth_sink *sink;
    struct sc_random random; /* for the order of rows */
    struct person victim_pool[POOL];
    struct person suspect_pool[POOL];
    size_t n_victim_pool;
    size_t n_suspect_pool;
    struct sc_buf late[LATE]; /* rows held back */
    struct sc_buf row;
    struct sc_buf narrative;
    struct truth truth;
    struct people victims;
    struct people suspects;
    bool want_truth;
    bool long_outcomes;
};

/* ---- making an offence ---- */

/* Days are more likely in later years and in summer. */
static int random_day(struct sc_random *r)
{
    for (;;) {
        uint32_t day = sc_random_below(r, N_DAYS);
        uint32_t month = day / 30 % 12; /* of the financial year, about */
        uint32_t likely = 600 + day / 8 + (month >= 1 && month <= 5 ? 120 : 0);

        if (sc_random_below(r, 1000) < likely)
            return FIRST_DAY + (int)day;
    }
}

static size_t random_code(struct sc_random *r)
{
    uint32_t total = 0;
    uint32_t at;

    for (size_t i = 0; i < N_CODES; i++)
        total += codes[i].weight;
    at = sc_random_below(r, total);
    for (size_t i = 0; i < N_CODES; i++) {
        if (at < codes[i].weight)
            return i;
        at -= codes[i].weight;
    }
    return 0;
}

/* Younger cases are more often without an outcome. */
static int random_outcome(struct sc_random *r, int recorded)
{
    uint32_t open = recorded > PERIOD_TO - 200 ? 400 : 80;
    uint32_t total = 0;
    uint32_t at;

    if (sc_random_chance(r, open))
        return -1;
    for (size_t i = 0; i < N_OUTCOMES; i++)
        total += outcomes[i].weight;
    at = sc_random_below(r, total);
    for (size_t i = 0; i < N_OUTCOMES; i++) {
        if (at < outcomes[i].weight)
            return (int)i;
        at -= outcomes[i].weight;
    }
    return -1;
}

static struct person make_victim(struct sc_random *r, bool online, uint64_t id)
{
    struct person p = {id, 0, 'F'};

    p.sex = sc_random_chance(r, online ? 820 : 480) ? 'F' : 'M';
    if (sc_random_chance(r, 60))
        p.age = -1;
    else if (!online)
        p.age = 5 + (int)sc_random_below(r, 80);
    else if (sc_random_chance(r, 20))
        p.age = 16 + (int)sc_random_below(r, 3);
    else
        p.age = sc_random_chance(r, 220) ? 7 + (int)sc_random_below(r, 5)
                                         : 12 + (int)sc_random_below(r, 4);
    return p;
}

static struct person make_suspect(struct sc_random *r, bool online, uint64_t id)
{
    struct person p = {id, 0, 'M'};

    p.sex = sc_random_chance(r, 930) ? 'M' : 'F';
    if (sc_random_chance(r, 110))
        p.age = -1;
    else if (online && sc_random_chance(r, 40))
        p.age = 14 + (int)sc_random_below(r, 4);
    else
        p.age = 18 + (int)sc_random_below(r, 45);
    return p;
}

static void make_persons(struct maker *m, struct sc_random *r, struct offence *o)
{
    uint64_t base = o->number * 4;

    o->n_victims = sc_random_chance(r, 100) ? 2 + sc_random_chance(r, 150) : 1;
    o->n_suspects = sc_random_chance(r, 350) ? 0 : 1 + sc_random_chance(r, 100);
    for (size_t i = 0; i < o->n_victims; i++) {
        o->victims[i] = make_victim(r, o->online, base + i);
        if (o->online && i == 0 && m->n_victim_pool == POOL && sc_random_chance(r, 30))
            o->victims[i] = m->victim_pool[sc_random_below(r, POOL)];
        else if (o->online)
            m->victim_pool[m->n_victim_pool < POOL ? m->n_victim_pool++
                                                   : sc_random_below(r, POOL)] = o->victims[i];
    }
    for (size_t i = 0; i < o->n_suspects; i++) {
        o->suspects[i] = make_suspect(r, o->online, base + i);
        if (o->online && i == 0 && m->n_suspect_pool == POOL && sc_random_chance(r, 60))
            o->suspects[i] = m->suspect_pool[sc_random_below(r, POOL)];
        else if (o->online)
            m->suspect_pool[m->n_suspect_pool < POOL ? m->n_suspect_pool++
                                                     : sc_random_below(r, POOL)] = o->suspects[i];
    }
}

static void make_offence(struct maker *m, uint64_t number, struct offence *o)
{
    struct sc_random r = {m->options->seed * 0x9E3779B97F4A7C15ULL +
                          number * 0xD1B54A32D192ED03ULL};
    struct sc_buf *text = &m->narrative;

    *o = (struct offence){.number = number, .removed = -1};
    (void)sc_random_next(&r);
    o->code = random_code(&r);
    o->online = o->code <= 1;
    o->spelling = sc_random_below(&r, 4);
    o->recorded = random_day(&r);
    o->reported = o->recorded - (int)sc_random_below(&r, 4);
    o->to = o->reported - (int)sc_random_below(&r, sc_random_chance(&r, 50) ? 900 : 40);
    o->from = o->to - (int)sc_random_below(&r, 30);
    if (sc_random_chance(&r, 35))
        o->removed = (int)sc_random_below(&r, 3);
    o->outcome = random_outcome(&r, o->recorded);
    make_persons(m, &r, o);
    sc_buf_clear(text);
    if (o->online)
        o->methods = sc_synth_online_narrative(&r, text);
    else
        sc_synth_other_narrative(&r, text);
    sc_synth_fill(&r, text, 0, 120 + sc_random_below(&r, 220));
}

/* ---- writing rows ---- */

static void add_date(struct sc_buf *out, int day)
{
    struct sc_civil date = sc_civil_from_day(day);

    sc_buf_addf(out, "%02d/%02d/%04d,", date.day, date.month, date.year);
}

static void add_outcome(const struct maker *m, struct sc_buf *out, const struct offence *o)
{
    char text[96];

    if (o->outcome < 0) {
        sc_buf_adds(out, o->number % 3 ? "," : "NULL,");
        return;
    }
    if (m->long_outcomes)
        (void)snprintf(text, sizeof text, "OC%s%s - %s",
                       strlen(outcomes[o->outcome].code) == 1 ? "0" : "", outcomes[o->outcome].code,
                       outcomes[o->outcome].wording);
    else
        (void)snprintf(text, sizeof text, "%s", outcomes[o->outcome].code);
    sc_synth_field(out, text, strlen(text), false);
    sc_buf_addc(out, ',');
}

static void add_person(struct sc_buf *out, const struct person *p, char kind)
{
    if (!p) {
        sc_buf_adds(out, ",,,");
        return;
    }
    sc_buf_addf(out, "%c%08" PRIu64 ",", kind, p->id);
    if (p->age < 0)
        sc_buf_adds(out, missing[p->id % (sizeof missing / sizeof *missing)]);
    else
        sc_buf_addf(out, "%d", p->age);
    sc_buf_addf(out, ",%c,", p->sex);
}

/* Faults that one row can be given. */
enum planted {
    PLANT_NONE,
    PLANT_RAGGED,
    PLANT_BAD_AGE,
    PLANT_UNDATABLE,
    PLANT_NO_DATE,
    PLANT_NO_CODE,
    PLANT_BAD_CODE,
    PLANT_NO_ID,
    PLANT_STRAY_QUOTE,
    N_PLANTED,
};
static const char *const planted_names[N_PLANTED] = {
    "",           "wrong_field_count", "bad_age",          "undatable",
    "no_date",    "no_offence_code",   "bad_offence_code", "no_id",
    "stray_quote"};

static void make_row(struct maker *m, const struct offence *o, const struct person *victim,
                     const struct person *suspect, enum planted fault)
{
    struct sc_buf *out = &m->row;
    const char *status = o->removed >= 0   ? removed_words[o->removed]
                         : o->outcome >= 0 ? "Finalised"
                                           : "Under investigation";

    sc_buf_clear(out);
    if (fault != PLANT_NO_ID)
        sc_buf_addf(out, "42/%07" PRIu64 "/%02d", o->number,
                    sc_civil_from_day(o->recorded).year % 100);
    sc_buf_addc(out, ',');
    if (fault == PLANT_BAD_CODE)
        sc_buf_adds(out, "see log");
    else if (fault != PLANT_NO_CODE)
        sc_buf_adds(out, codes[o->code].spellings[o->spelling]);
    sc_buf_addc(out, ',');
    if (fault == PLANT_UNDATABLE)
        sc_buf_adds(out, "31/02/2020,");
    else if (fault == PLANT_NO_DATE)
        sc_buf_addc(out, ',');
    else
        add_date(out, o->recorded);
    add_date(out, o->reported);
    add_date(out, o->from);
    add_date(out, o->to);
    sc_buf_addf(out, fault == PLANT_STRAY_QUOTE ? "\"%s \"checked\" twice\"," : "%s,", status);
    add_outcome(m, out, o);
    if (fault == PLANT_BAD_AGE && victim)
        sc_buf_addf(out, "V%08" PRIu64 ",-3,%c,", victim->id, victim->sex);
    else
        add_person(out, victim, 'V');
    add_person(out, suspect, 'S');
    if (fault != PLANT_RAGGED)
        sc_buf_adds(out, o->online && o->number % 4 ? "Y," : ",");
    sc_synth_field(out, m->narrative.data, m->narrative.len, true);
    sc_buf_adds(out, "\r\n");
}

/* Sends the row in hand out, now or much later. */
static enum sc_status send_row(struct maker *m, bool may_wait, struct sc_error *err)
{
    struct sc_buf *out = &m->sink->pending;

    if (may_wait && sc_random_chance(&m->random, 60)) {
        struct sc_buf *slot = &m->late[sc_random_below(&m->random, LATE)];

        if (slot->len)
            sc_buf_add(out, slot->data, slot->len);
        sc_buf_clear(slot);
        sc_buf_add(slot, m->row.data, m->row.len);
        if (slot->failed)
            return sc_fail_nomem(err);
    } else {
        sc_buf_add(out, m->row.data, m->row.len);
    }
    if (m->row.failed || m->narrative.failed)
        return sc_fail_nomem(err);
    return sc_synth_drain(m->sink, false, err);
}

/* ---- the truth ---- */

static int month_of(int day)
{
    struct sc_civil d = sc_civil_from_day(day);

    return (d.year - 2018) * 12 + d.month - 4;
}

static int victim_band(int age)
{
    return age < 0 ? 3 : age <= 11 ? 0 : age <= 15 ? 1 : 2;
}

static int suspect_band(int age)
{
    return age < 0 ? 4 : age < 10 ? 3 : age <= 17 ? 0 : age <= 20 ? 1 : 2;
}

/* Notes that a person was met in a counted offence: the earliest month stays. */
static enum sc_status note_person(struct people *people, uint64_t id, int month, int band,
                                  struct sc_error *err)
{
    enum sc_status status;

    for (size_t i = people->n; i-- > 0;) {
        if (people->items[i].id != id)
            continue;
        if (month < people->items[i].month)
            people->items[i].month = month;
        return SC_OK;
    }
    status =
        sc_grow((void **)&people->items, &people->capacity, people->n, sizeof *people->items, err);
    if (status)
        return status;
    people->items[people->n++] = (struct seen){id, month, band};
    return SC_OK;
}

/* Where a row of this offence goes in the accounting: counted is 0, see below. */
enum fate { FATE_COUNTED, FATE_CODE, FATE_REMOVED, FATE_PERIOD };

static enum fate fate_of(const struct offence *o)
{
    if (o->code != 0)
        return FATE_CODE;
    if (o->removed >= 0)
        return FATE_REMOVED;
    if (o->recorded < PERIOD_FROM || o->recorded > PERIOD_TO)
        return FATE_PERIOD;
    return FATE_COUNTED;
}

static enum sc_status note_offence(struct maker *m, const struct offence *o, struct sc_error *err)
{
    struct truth *t = &m->truth;
    int month = month_of(o->recorded);
    enum sc_status status = SC_OK;

    if (fate_of(o) != FATE_COUNTED)
        return SC_OK;
    t->month[month]++;
    t->outcome[month][o->outcome < 0 ? N_OUTCOMES : (size_t)o->outcome]++;
    for (size_t c = 0; c < SC_SYNTH_CATEGORIES; c++)
        t->method[month][c] += o->methods >> c & 1;
    t->near_misses += o->methods >> SC_SYNTH_NEAR != 0;
    t->before_law += o->to < LAW_DAY;
    for (size_t i = 0; i < o->n_victims && !status; i++)
        status =
            note_person(&m->victims, o->victims[i].id, month, victim_band(o->victims[i].age), err);
    for (size_t i = 0; i < o->n_suspects && !status; i++)
        status = note_person(&m->suspects, o->suspects[i].id, month,
                             suspect_band(o->suspects[i].age), err);
    return status;
}

static void note_row(struct maker *m, const struct offence *o, bool again)
{
    struct truth *t = &m->truth;

    t->read++;
    switch (fate_of(o)) {
    case FATE_CODE:
        t->offence_code++;
        break;
    case FATE_REMOVED:
        t->removed++;
        break;
    case FATE_PERIOD:
        t->period++;
        break;
    case FATE_COUNTED:
        if (again)
            t->duplicate++;
        else
            t->counted++;
        break;
    }
}

/* ---- offences to rows ---- */

static enum sc_status write_offence(struct maker *m, const struct offence *o, struct sc_error *err)
{
    size_t suspects = o->n_suspects ? o->n_suspects : 1;

    for (size_t v = 0; v < o->n_victims; v++) {
        for (size_t s = 0; s < suspects; s++) {
            const struct person *suspect = o->n_suspects ? &o->suspects[s] : NULL;
            bool twice = sc_random_chance(&m->random, 8);

            for (int i = 0; i <= twice; i++) {
                enum sc_status status;

                make_row(m, o, &o->victims[v], suspect, PLANT_NONE);
                note_row(m, o, i > 0);
                status = send_row(m, true, err);
                if (status)
                    return status;
            }
        }
    }
    return note_offence(m, o, err);
}

/* Faulty rows are of offences of their own, all under 71/17 and in the period. */
static enum sc_status plant_faults(struct maker *m, struct sc_error *err)
{
    uint64_t number = m->options->n_offences + 1;

    for (uint64_t i = 0; i < m->options->faults; i++) {
        for (int fault = PLANT_NONE + 1; fault < N_PLANTED; fault++) {
            struct offence o;
            enum sc_status status;

            make_offence(m, number++, &o);
            o.code = 0;
            o.removed = -1;
            o.recorded = PERIOD_FROM + (int)(number % 1000);
            make_row(m, &o, &o.victims[0], NULL, (enum planted)fault);
            m->truth.read++;
            status = send_row(m, false, err);
            if (status)
                return status;
        }
    }
    return SC_OK;
}

static enum sc_status write_late(struct maker *m, struct sc_error *err)
{
    for (size_t i = 0; i < LATE; i++) {
        if (m->late[i].len)
            sc_buf_add(&m->sink->pending, m->late[i].data, m->late[i].len);
    }
    return sc_synth_drain(m->sink, true, err);
}

/* ---- writing the truth ---- */

static void year_code(int year, char *out, size_t size)
{
    if (year < 0)
        (void)snprintf(out, size, "Total");
    else
        (void)snprintf(out, size, "%d/%02d", 2018 + year, 19 + year);
}

static void month_code(int month, char *out, size_t size)
{
    if (month < 0)
        (void)snprintf(out, size, "Total");
    else
        (void)snprintf(out, size, "%d-%02d", 2018 + (month + 3) / 12, (month + 3) % 12 + 1);
}

/* One table of months by categories; `n` 0 is the plain month table. */
static void truth_months(struct sc_buf *out, const struct truth *t, const char *table,
                         const char *dimension, const uint64_t *cells, size_t n,
                         const char *const *category_codes)
{
    for (int year = -1; year < N_YEARS; year++) {
        for (int month = -1; month < 12; month++) {
            char y[16];
            char mo[16];

            if (year < 0 && month >= 0)
                continue;
            year_code(year, y, sizeof y);
            month_code(month < 0 ? -1 : year * 12 + month, mo, sizeof mo);
            for (size_t c = 0; c <= n; c++) {
                uint64_t sum = 0;

                for (int i = 0; i < N_MONTHS; i++) {
                    bool in = (year < 0 || i / 12 == year) && (month < 0 || i % 12 == month);

                    if (in)
                        sum += c < n ? cells[(size_t)i * n + c] : t->month[i];
                }
                sc_buf_addf(out, "%s,offences,year=%s;month=%s", table, y, mo);
                if (n)
                    sc_buf_addf(out, ";%s=%s", dimension, c < n ? category_codes[c] : "Total");
                sc_buf_addf(out, ",%" PRIu64 "\n", sum);
            }
        }
    }
}

static void truth_bands(struct sc_buf *out, const char *table, const char *unit,
                        const char *dimension, const uint64_t *cells, size_t n,
                        const char *const *band_codes)
{
    for (int year = -1; year < N_YEARS; year++) {
        char y[16];

        year_code(year, y, sizeof y);
        for (size_t b = 0; b <= n; b++) {
            uint64_t sum = 0;

            for (int i = 0; i < N_YEARS; i++) {
                for (size_t c = 0; c < n; c++) {
                    if ((year < 0 || i == year) && (b == n || c == b))
                        sum += cells[(size_t)i * n + c];
                }
            }
            sc_buf_addf(out, "%s,%s,year=%s;%s=%s,%" PRIu64 "\n", table, unit, y, dimension,
                        b < n ? band_codes[b] : "Total", sum);
        }
    }
}

static void write_truth(struct maker *m, struct sc_buf *out)
{
    static const char *outcome_codes[N_OUTCOMES + 1];
    struct truth *t = &m->truth;

    for (size_t i = 0; i < N_OUTCOMES; i++)
        outcome_codes[i] = outcomes[i].code;
    outcome_codes[N_OUTCOMES] = "unknown";
    for (size_t i = 0; i < m->victims.n; i++)
        t->victims[m->victims.items[i].month / 12][m->victims.items[i].band]++;
    for (size_t i = 0; i < m->suspects.n; i++)
        t->suspects[m->suspects.items[i].month / 12][m->suspects.items[i].band]++;
    sc_buf_adds(out, "table,unit,at,value\n");
    truth_months(out, t, "month", "", NULL, 0, NULL);
    truth_bands(out, "victim-age", "victims", "victim_age", &t->victims[0][0], BANDS_VICTIM,
                victim_codes);
    truth_bands(out, "suspect-age", "suspects", "suspect_age", &t->suspects[0][0], BANDS_SUSPECT,
                suspect_codes);
    truth_months(out, t, "method", "method", &t->method[0][0], SC_SYNTH_CATEGORIES,
                 sc_synth_category_codes);
    truth_months(out, t, "outcome", "outcome", &t->outcome[0][0], N_OUTCOMES + 1, outcome_codes);
    sc_buf_addf(out, "accounting,rows,read,%" PRIu64 "\n", t->read);
    sc_buf_addf(out, "accounting,rows,counted,%" PRIu64 "\n", t->counted);
    sc_buf_addf(out, "accounting,rows,removed,%" PRIu64 "\n", t->removed);
    sc_buf_addf(out, "accounting,rows,offence_code,%" PRIu64 "\n", t->offence_code);
    sc_buf_addf(out, "accounting,rows,period,%" PRIu64 "\n", t->period);
    sc_buf_addf(out, "accounting,rows,duplicate_link,%" PRIu64 "\n", t->duplicate);
    for (int fault = PLANT_NONE + 1; fault < N_PLANTED; fault++)
        sc_buf_addf(out, "accounting,rows,%s,%" PRIu64 "\n", planted_names[fault],
                    m->options->faults);
    sc_buf_addf(out, "finding,offences,committed_before_law,%" PRIu64 "\n", t->before_law);
    sc_buf_addf(out, "finding,offences,near_misses,%" PRIu64 "\n", t->near_misses);
}

static void release(struct maker *m)
{
    for (size_t i = 0; i < LATE; i++)
        sc_buf_release(&m->late[i]);
    sc_buf_release(&m->row);
    sc_buf_release(&m->narrative);
    sc_free(m->victims.items);
    sc_free(m->suspects.items);
    sc_free(m);
}

enum sc_status sc_synth_worked(const struct sc_synth_options *options, struct sc_synth_sink *sink,
                               struct sc_buf *truth, struct sc_error *err)
{
    struct maker *m = sc_alloc(sizeof *m);
    enum sc_status status = SC_OK;

    if (!m)
        return sc_fail_nomem(err);
    m->options = options;
    m->sink = sink;
    m->random.state = options->seed ^ 0x5851F42D4C957F2DULL;
    m->long_outcomes = options->seed % 2 == 0;
    sc_buf_adds(&sink->pending,
                "Crime Ref,HO Code,Date Recorded,Date Reported,Date Committed From,Date Committed "
                "To,Crime Status,Outcome,Victim ID,Victim Age,Victim Sex,Suspect ID,Suspect Age,"
                "Suspect Sex,Online Flag,MO\r\n");
    for (uint64_t i = 1; i <= options->n_offences && !status; i++) {
        struct offence o;

        make_offence(m, i, &o);
        status = write_offence(m, &o, err);
    }
    if (!status)
        status = plant_faults(m, err);
    if (!status)
        status = write_late(m, err);
    if (!status && truth) {
        write_truth(m, truth);
        status = sc_buf_check(truth, err);
    }
    release(m);
    return status;
}
